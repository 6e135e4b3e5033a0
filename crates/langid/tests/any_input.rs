//! No input makes the detector panic, run on or answer out of range.

use std::fmt::Write as _;

use langid::{Detection, Language, Prior, detect, detect_with};

fn check(text: &str, prior: &Prior) -> Detection {
    let detection = detect(text, prior);
    let sum: f32 = detection.alternatives.iter().map(|other| other.confidence).sum();
    assert!((0.0..=1.0).contains(&detection.confidence), "{text:?}: {detection:?}");
    // `zh` is the sum of its two kinds, which are alternatives as well.
    let open = detection.language.code() == "zh";
    assert!(open || detection.confidence + sum < 1.001, "{text:?}: {detection:?}");
    assert_eq!(
        detection.language == Language::UND,
        detection.confidence == 0.0,
        "{text:?}: {detection:?}"
    );
    detection
}

#[test]
fn every_scalar_alone_and_all_of_them_together() {
    let mut buffer = [0; 4];
    for scalar in '\0'..=char::MAX {
        check(scalar.encode_utf8(&mut buffer), &Prior::none());
    }
    check(&('\0'..=char::MAX).collect::<String>(), &Prior::none());
}

#[test]
fn every_scalar_between_letters_of_each_kind() {
    let mut text = String::new();
    for scalar in '\0'..=char::MAX {
        for around in ["e", "и", "ا", "क", "漢", "か"] {
            // One in five is enough with all neighbours.
            if u32::from(scalar) % 5 == 0 {
                text.clear();
                let _ = write!(text, "{around}{scalar}{around}");
                check(&text, &Prior::none());
            }
        }
    }
}

#[test]
fn naughty_strings() {
    for text in NAUGHTY {
        check(text, &Prior::none());
        check(text, &Prior::from_tags([*text, "ja", "sr-Latn"]));
        check(&text.repeat(700), &Prior::from_accept_language(text));
    }
}

#[test]
fn a_very_long_message_is_as_good_as_its_beginning() {
    let text = "Tôi muốn hỏi về đơn hàng của mình. ".repeat(100_000);
    assert_eq!(check(&text, &Prior::none()).language.code(), "vi");
    assert_eq!(check(&"1234567890 ".repeat(100_000), &Prior::none()).language, Language::UND);
    check(&"a".repeat(1_000_000), &Prior::none());
    check(&"漢".repeat(1_000_000), &Prior::none());
}

#[test]
fn broken_weights_give_no_language_instead_of_a_panic() {
    let weights = include_bytes!("../weights/langid.bin");
    let text = "Where is my order? Где мой заказ? 我的訂單";
    for n_bytes in (0..weights.len()).step_by(997).chain([0, 4, 5, 6, 7, 10]) {
        let _ = detect_with(&weights[..n_bytes], text, &Prior::none());
    }
    let mut scrambled = weights.to_vec();
    for (at, byte) in scrambled.iter_mut().enumerate().skip(14) {
        *byte ^= u8::try_from(at % 251).unwrap();
    }
    let _ = detect_with(&scrambled, text, &Prior::none());
}

/// Strings that have broken other programs.
#[rustfmt::skip]
const NAUGHTY: &[&str] = &[
    "",
    " ",
    "\0",
    "\u{feff}",
    "undefined",
    "null",
    "NULL",
    "(null)",
    "nil",
    "NaN",
    "Infinity",
    "true",
    "\\",
    "\\\\",
    "1/0",
    "-1",
    "0x0",
    "1E+02",
    "١٢٣",
    "０１２",
    "1,000,000.00",
    "--1/0",
    "999999999999999999999999999999",
    ",./;'[]\\-=",
    "<>?:\"{}|_+",
    "!@#$%^&*()`~",
    "Ω≈ç√∫˜µ≤≥÷",
    "åß∂ƒ©˙∆˚¬…æ",
    "œ∑´®†¥¨ˆøπ“‘",
    "¡™£¢∞§¶•ªº–≠",
    "¸˛Ç◊ı˜Â¯˘¿",
    "ÅÍÎÏ˝ÓÔÒÚÆ☃",
    "Œ„´‰ˇÁ¨ˆØ∏”’",
    "`⁄€‹›ﬁﬂ‡°·‚—±",
    "⅛⅜⅝⅞",
    "ЁЂЃЄЅІЇЈЉЊЋЌЍЎЏ",
    "٠١٢٣٤٥٦٧٨٩",
    "⁰⁴⁵₀₁₂",
    "ด้้้้้็็็็็้้้้้็็็็็้้้้้้้้็็็็็้้้้้็็็็็้้้้้้้้็็็็็้้้้้็็็็็้้้้้้้้",
    "'",
    "\"",
    "''",
    "\"\"",
    "'\"'",
    "''''''''",
    "田中さんにあげて下さい",
    "パーティーへ行かないか",
    "和製漢語",
    "部落格",
    "사회과학원 어학연구소",
    "찦차를 타고 온 펲시맨과 쑛다리 똠방각하",
    "社會科學院語學研究所",
    "울란바토르",
    "𠜎𠜱𠝹𠱓𠱸𠲖𠳏",
    "Ⱥ",
    "Ⱦ",
    "ヽ༼ຈل͜ຈ༽ﾉ",
    "(｡◕ ∀ ◕｡)",
    "｀ｨ(´∀｀∩",
    "__ﾛ(,_,*)",
    "・(￣∀￣)・:*:",
    "ﾟ･✿ヾ╲(｡◕‿◕｡)╱✿･ﾟ",
    "(╯°□°）╯︵ ┻━┻)",
    "( ͡° ͜ʖ ͡°)",
    "😍",
    "👩🏽",
    "👨‍🦰 👨🏿‍🦰",
    "🐵 🙈 🙉 🙊",
    "👾 🙇 💁 🙅",
    "0️⃣ 1️⃣ 2️⃣",
    "🇺🇸🇷🇺🇸 🇦🇫🇦🇲🇸",
    "１２３",
    "بولندا، الإطلاق عل إيو",
    "בְּרֵאשִׁית, בָּרָא אֱלֹהִים",
    "הָיְתָהtestالصفحات التّحول",
    "﷽",
    "ﷺ",
    "\u{202a}\u{202a}test\u{202a}",
    "\u{202b}test\u{202b}",
    "\u{2029}test\u{2029}",
    "test\u{2060}test\u{202b}",
    "\u{2066}test\u{2067}",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤ ̖t̝͕̳̣̻̪͞h̼͓̲̦̳̘̲e͇̣̰̦̬͎ ̢̼̻̱̘h͚͎͙̜̣̲ͅi̦̲̣̰̤v̻͍e̺̭̳̪̰",
    "˙ɐnbᴉlɐ ɐuƃɐɯ",
    "Ｔｈｅ ｑｕｉｃｋ",
    "𝐓𝐡𝐞 𝐪𝐮𝐢𝐜𝐤",
    "𝕋𝕙𝕖",
    "⒯⒣⒠",
    "<script>alert(123)</script>",
    "&lt;script&gt;",
    "'; DROP TABLE users; --",
    "$HOME",
    "%s%s%s%n",
    "{0}",
    "../../etc/passwd%00",
    "\r\n\t\u{b}\u{c}\u{85}",
    "\u{ad}\u{600}\u{61c}\u{180e}\u{200b}",
    "If you're reading this",
    "Roses are \u{1b}[0;31mred",
    "But now...\u{1b}[20C",
    "Power لُلُصّبُلُلصّبُررً ॣ ॣh ॣ ॣ 冗",
    "🏳0🌈️",
    "జ్ఞ\u{200c}ా",
    "گچپژ",
    "{% print 'x' %}",
    "İ",
    "ı",
    "ß",
    "ǅ",
    "ﬃ",
    "'''a'''",
    "a''b",
    "@",
    "#",
    "://",
    ".com",
    "a.com",
];
