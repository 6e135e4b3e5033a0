//! Conversations of two or three messages, with a browser that is wrong in one of ten.
//!
//! The rule is the caller's: the texts are joined, and the browser's language stays until the
//! joined text is at least [`SURE`] of another one.

use langid::{Language, Prior, detect};

const SURE: f32 = 0.95;

/// The language after each message.
fn languages(browser: &[&str], messages: &[&str]) -> Vec<&'static str> {
    let prior = Prior::from_tags(browser.iter().copied());
    let mut language = prior.languages().first().copied().unwrap_or(Language::UND);
    let mut text = String::new();
    let after = |message: &&str| {
        text.push_str(message);
        text.push('\n');
        let detection = detect(&text, &prior);
        if SURE <= detection.confidence {
            language = detection.language;
        }
        language.code()
    };
    messages.iter().map(after).collect()
}

#[test]
fn what_says_nothing_changes_nothing() {
    for message in [
        "ok",
        "hi",
        "Hi!",
        "👍",
        "no",
        "12345",
        "https://example.com",
        "info",
        "Hello",
        "super",
        "taxi",
    ] {
        for browser in ["vi", "de", "uk", "zh-TW", "ar", "th"] {
            let expected = Language::from_tag(browser).unwrap().code();
            assert_eq!(languages(&[browser, "en"], &[message]), [expected], "{message}");
        }
    }
}

#[test]
fn a_clear_message_changes_a_wrong_browser_language() {
    assert_eq!(languages(&["en-US"], &["hi", "toi muon hoi ve don hang"]), ["en", "vi"]);
    assert_eq!(
        languages(&["en-US", "en"], &["ok", "Добрий день, де моє замовлення?"]),
        ["en", "uk"]
    );
    assert_eq!(languages(&["de"], &["Hello, I have a question about my invoice"]), ["en"]);
    assert_eq!(languages(&["en"], &["謝謝你們的幫忙"]), ["zh-Hant"]);
    assert_eq!(
        languages(&["fr"], &["hola", "quiero cambiar la dirección de entrega"]).last(),
        Some(&"es")
    );
}

#[test]
fn the_language_stays_when_a_later_message_says_nothing() {
    let messages = ["Guten Tag, ich habe eine Frage zu meiner Rechnung", "ok", "😂"];
    assert_eq!(languages(&["en"], &messages), ["de", "de", "de"]);
}

/// Each language as it is after the last of these messages, with its own browser and a wrong one.
#[test]
fn simulated_conversations_end_in_the_right_language() {
    const TALKS: &[(&str, &[&str])] = &[
        ("en", &["hi", "my parcel has not arrived yet", "can you check please"]),
        ("es", &["hola", "no puedo entrar en mi cuenta", "he olvidado la contraseña"]),
        ("fr", &["bonjour", "je n'arrive pas à me connecter", "merci pour votre aide"]),
        ("de", &["hallo", "ich kann mich nicht anmelden", "vielen dank für die hilfe"]),
        ("it", &["ciao", "non riesco ad accedere al mio account", "grazie mille per l'aiuto"]),
        ("pt", &["oi", "não consigo entrar na minha conta", "obrigado pela ajuda"]),
        ("nl", &["hoi", "ik kan niet inloggen op mijn account", "bedankt voor de hulp"]),
        ("pl", &["hej", "nie mogę się zalogować na konto", "dziękuję za pomoc"]),
        ("cs", &["ahoj", "nemůžu se přihlásit do účtu", "děkuji za pomoc"]),
        ("ro", &["salut", "nu pot intra în contul meu", "mulțumesc pentru ajutor"]),
        ("sv", &["hej", "jag kan inte logga in på mitt konto", "tack så mycket för hjälpen"]),
        ("tr", &["selam", "hesabıma giriş yapamıyorum", "yardımınız için teşekkürler"]),
        ("vi", &["chao shop", "mình không đăng nhập được", "cảm ơn bạn nhiều"]),
        ("id", &["halo", "saya tidak bisa masuk ke akun saya", "terima kasih atas bantuannya"]),
        ("tl", &["hi", "hindi ako makapasok sa account ko", "maraming salamat po sa tulong"]),
        ("uk", &["ок", "не можу увійти до свого облікового запису", "дякую за допомогу"]),
        ("ru", &["ок", "не могу войти в свой аккаунт", "спасибо за помощь"]),
        ("bg", &["ок", "не мога да вляза в профила си", "благодаря за помощта"]),
        ("ar", &["ok", "لا أستطيع الدخول إلى حسابي", "شكرا على المساعدة"]),
        ("fa", &["ok", "نمی‌توانم وارد حسابم شوم", "ممنون از کمک شما"]),
        ("hi", &["ok", "मैं अपने खाते में लॉगिन नहीं कर पा रहा हूँ", "मदद के लिए धन्यवाद"]),
        ("ja", &["ok", "ログインできません", "ありがとうございます"]),
        ("ko", &["ok", "로그인이 안 돼요", "감사합니다"]),
        ("th", &["ok", "เข้าสู่ระบบไม่ได้", "ขอบคุณค่ะ"]),
        ("zh-Hans", &["你好", "我登录不了账号", "谢谢你的帮助"]),
        ("zh-Hant", &["你好", "我登入不了帳號", "謝謝你的幫忙"]),
        ("fi", &["moi", "en pääse kirjautumaan tililleni", "kiitos paljon avusta"]),
        ("hu", &["szia", "nem tudok belépni a fiókomba", "köszönöm a segítséget"]),
    ];
    for (code, messages) in TALKS {
        for browser in [*code, "en", "vi", "de"] {
            let after = languages(&[browser], messages);
            assert_eq!(after.last(), Some(code), "{browser} {after:?}");
        }
        // With the right browser no message may lead astray in between.
        assert_eq!(languages(&[code], messages), [*code; 3]);
    }
}
