//! Messages as visitors write them, and what must be answered.

use langid::{Evidence, Language, Prior, detect};

fn code(text: &str) -> &'static str {
    detect(text, &Prior::none()).language.code()
}

fn code_with(text: &str, tags: &[&str]) -> &'static str {
    detect(text, &Prior::from_tags(tags.iter().copied())).language.code()
}

#[test]
fn questions_to_a_shop_in_many_languages() {
    for (expected, text) in [
        ("ar", "مرحبا، أين طلبي؟ لم يصل بعد"),
        ("bg", "Здравейте, кога ще пристигне поръчката ми?"),
        ("bn", "আমার অর্ডার কোথায়?"),
        ("ca", "Bon dia, quan arribarà la meva comanda?"),
        ("cs", "Dobrý den, kdy dorazí moje objednávka?"),
        ("da", "Hej, hvornår kommer min pakke? Jeg har ikke fået den endnu"),
        ("de", "Guten Tag, wann kommt meine Bestellung an?"),
        ("el", "Πού είναι η παραγγελία μου;"),
        ("en", "Hello, where is my order?"),
        ("es", "Hola, quisiera saber dónde está mi pedido"),
        ("fa", "سلام، سفارش من کجاست؟"),
        ("fi", "Hei, milloin tilaukseni saapuu perille?"),
        ("fr", "Bonjour, je voudrais savoir où est ma commande"),
        ("he", "איפה ההזמנה שלי?"),
        ("hi", "नमस्ते, मेरा ऑर्डर कहाँ है?"),
        ("hu", "Jó napot, mikor érkezik meg a rendelésem?"),
        ("id", "Halo, kapan pesanan saya sampai? Saya sudah bayar kemarin"),
        ("it", "Buongiorno, vorrei sapere dov'è il mio ordine"),
        ("ja", "注文した商品がまだ届きません"),
        ("ka", "სად არის ჩემი შეკვეთა?"),
        ("km", "តម្លៃប៉ុន្មាន"),
        ("ko", "주문한 상품이 아직 안 왔어요"),
        ("lo", "ລາຄາເທົ່າໃດ"),
        ("mr", "नमस्कार, माझी ऑर्डर कुठे आहे?"),
        ("my", "ဘယ်လောက်လဲ"),
        ("ne", "नमस्ते, मेरो अर्डर कहाँ छ?"),
        ("nl", "Hallo, wanneer komt mijn bestelling aan?"),
        ("no", "Hei, jeg lurer på når pakken min kommer"),
        ("pl", "Dzień dobry, kiedy dotrze moje zamówienie?"),
        ("pt", "Olá, gostaria de saber onde está o meu pedido"),
        ("ro", "Bună ziua, când ajunge comanda mea?"),
        ("ru", "Здравствуйте, когда придёт мой заказ?"),
        ("sr", "Добар дан, када стиже моја поруџбина?"),
        ("sv", "Hej, när kommer mitt paket? Jag har väntat en vecka"),
        ("ta", "என் ஆர்டர் எங்கே?"),
        ("th", "สินค้าของฉันยังไม่มาถึง"),
        ("tl", "Magandang umaga po, nasaan na ang order ko?"),
        ("tr", "Merhaba, siparişim ne zaman gelir?"),
        ("uk", "Добрий день, коли прийде моє замовлення?"),
        ("ur", "السلام علیکم، میرا آرڈر کہاں ہے؟"),
        ("vi", "Xin chào, đơn hàng của tôi đang ở đâu?"),
        ("zh-Hans", "请问我的订单什么时候到？"),
        ("zh-Hant", "請問我的訂單什麼時候到？"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

#[test]
fn vietnamese_with_marks_apart_late_or_not_at_all() {
    let composed = "Tôi muốn hỏi về đơn hàng, cảm ơn";
    let apart: String = unicode_normalization::UnicodeNormalization::nfd(composed).collect();
    assert_ne!(composed, apart);
    for text in [
        composed,
        &apart,
        "toi muon hoi ve don hang",
        "cho minh hoi gia cai nay voi",
        "vie\u{302}\u{323}t viê\u{323}t",
    ] {
        assert_eq!(code(text), "vi", "{text}");
    }
    let confidence = |text| detect(text, &Prior::none()).confidence;
    assert_eq!(confidence(composed).to_bits(), confidence(&apart).to_bits());
}

#[test]
fn the_name_of_a_product_does_not_flip_the_answer() {
    assert_eq!(code("iPhone 15 Pro Max 多少錢"), "zh-Hant");
    assert_eq!(code("Samsung Galaxy はいくらですか"), "ja");
    assert_eq!(code("де мій iPhone Pro"), "uk");
    assert_eq!(code("mình muốn refund cái order này được không shop"), "vi");
    assert_eq!(code("Ich möchte bitte das Premium Upgrade kündigen"), "de");
}

#[test]
fn no_language_is_und_whatever_the_prior() {
    for text in [
        "",
        "   ",
        "ok",
        "OK 👍",
        "12345",
        "?",
        "😂😂",
        "https://example.com/bonjour",
        "anna@example.org",
        "#1",
        "hahaha",
        "ORD-1234",
        "$15.00",
        ":D",
    ] {
        assert_eq!(code_with(text, &["vi", "en"]), "und", "{text:?}");
    }
}

#[test]
fn chinese_that_tells_no_kind_takes_it_from_the_prior() {
    assert_eq!(code("你好"), "zh");
    assert_eq!(code_with("你好", &["zh-TW", "en"]), "zh-Hant");
    assert_eq!(code_with("你好", &["en", "zh-CN"]), "zh-Hans");
    assert!(detect("你好嗎", &Prior::from_tags(["zh-HK"])).confidence > 0.9);
    // What the text tells stands.
    assert_eq!(code_with("謝謝", &["zh-CN"]), "zh-Hant");
    assert_eq!(code_with("谢谢", &["zh-TW"]), "zh-Hans");
}

#[test]
fn a_browser_settles_words_that_chinese_and_japanese_share() {
    for text in ["空間", "最近", "全部", "合作", "連結", "差異"] {
        for tag in ["zh-TW", "zh-CN", "zh"] {
            let found = code_with(text, &[tag, "en"]);
            assert!(found.starts_with("zh"), "{text} with {tag} is {found}");
        }
    }
    for text in ["中央", "使用法", "時計", "了解", "管理者", "期間"] {
        assert_eq!(code_with(text, &["ja", "en"]), "ja", "{text}");
    }
    // What one of them alone writes stands.
    for text in ["営業時間", "返品可能"] {
        assert_eq!(code_with(text, &["en", "zh-TW"]), "ja", "{text}");
    }
}

#[test]
fn what_nobody_asked_for_wins_only_with_a_prior() {
    for (text, usual, named) in [
        ("मेरा खाता बंद हो गया है", "hi", "mr"),
        ("датум плаћања", "sr", "mk"),
        ("حساب من بسته شده است", "fa", "ur"),
    ] {
        assert_eq!(code(text), usual, "{text}");
        assert_eq!(code_with(text, &[usual, named]), usual, "{text}");
    }
    assert_eq!(code("माझे खाते बंद झाले आहे, कृपया मदत करा"), "mr");
    assert_eq!(code("میرا اکاؤنٹ بند ہو گیا ہے، مدد کریں"), "ur");
}

#[test]
fn japanese_without_kana() {
    for text in ["東京駅", "営業時間", "返品可能", "注文番号", "配送状況"] {
        assert_eq!(code(text), "ja", "{text}");
    }
}

#[test]
fn other_scripts_in_latin_letters() {
    assert_eq!(code("mujhe apna order cancel karna hai"), "hi-Latn");
    assert_eq!(code("privet, kogda pridet moy zakaz"), "ru-Latn");
    assert_eq!(code("kalimera, thelo na rotiso kati gia tin paraggelia mou"), "el-Latn");
}

#[test]
fn a_prior_admits_a_rare_language() {
    let text = "Dobrý deň, kedy príde moja objednávka? Ďakujem";
    assert_eq!(code_with(text, &["sk"]), "sk");
    assert_eq!(code_with("Dobar dan, gdje je moja narudžba?", &["hr", "en"]), "hr");
    assert_eq!(code("Dobar dan, gde je moja porudžbina? Nije stigla"), "sr-Latn");
}

#[test]
fn a_prior_settles_malay_and_indonesian_and_yields_to_clear_text() {
    assert_eq!(code_with("saya mahu tanya", &["ms"]), "ms");
    assert_eq!(code_with("terima kasih", &["ms"]), "ms");
    assert_eq!(code_with("terima kasih", &["id"]), "id");
    assert_eq!(code_with("Where can I find the invoice for last month?", &["id"]), "en");
}

#[test]
fn alternatives_are_ranked_and_differ_from_the_answer() {
    let detection = detect("hvor er min pakke", &Prior::none());
    let others: Vec<_> = detection.alternatives.iter().collect();
    assert!(others.iter().any(|other| other.language == Language::from_code("da").unwrap()
        || detection.language.code() == "da"));
    assert!(others.is_sorted_by(|one, other| one.confidence >= other.confidence));
    assert!(others.iter().all(|other| other.language != detection.language));
}

#[test]
fn what_was_read_piece_by_piece_adds_up_to_the_whole() {
    let pieces = ["Hola, ¿tenéis la tetera", "en otro color?", "ok", "Привет", "こんにちは"];
    for n_pieces in 1..=pieces.len() {
        let pieces = &pieces[..n_pieces];
        let mut evidence = Evidence::of(pieces[0]);
        for piece in &pieces[1..] {
            evidence.add(&Evidence::of(piece));
        }
        let prior = Prior::from_tags(["ca", "es"]);
        assert_eq!(evidence.detect(&prior), detect(&pieces.join("\n"), &prior));
    }
}
