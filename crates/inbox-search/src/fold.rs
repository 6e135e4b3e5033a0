//! How a text is cut into words that can be compared: one function, for what is stored and for what is
//! asked.

use std::ops::Range;

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

use crate::han::simplified;

/// Characters of a word that are compared; of a longer one the rest does not count.
const WORD_CHARS: usize = 60;

/// A word as it is compared, and where it stands in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) at: Range<usize>,
    pub(crate) kind: WordKind,
}

/// How a word was cut out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum WordKind {
    /// By what stands around it.
    Whole,
    /// Two neighbouring characters of a script that puts no spaces between words.
    Pair,
    /// The last character of such a row: whoever looks for it alone finds it too.
    Last {
        /// A pair ends in it.
        paired: bool,
    },
}

/// A character as it is compared.
struct Letter {
    sign: char,
    at: Range<usize>,
    class: Class,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Break,
    Letter,
    /// Of a script without spaces between words.
    Unspaced,
}

/// A text as it is compared: its words with a space between each two. Case, diacritics, the width and
/// the form of letters are gone, and so is the difference between traditional and simplified Chinese.
#[must_use]
pub fn fold(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|it| it.text).collect();
    words.join(" ")
}

/// The words of a text, in order.
// SE1, SE2
pub(crate) fn words(text: &str) -> Vec<Word> {
    let letters = letters(text);
    let mut words = Vec::new();
    for row in letters.chunk_by(|one, next| one.class == next.class) {
        match row.first().map(|it| it.class) {
            Some(Class::Letter) => words.push(whole(row)),
            Some(Class::Unspaced) => pairs(row, &mut words),
            Some(Class::Break) | None => (),
        }
    }
    words
}

fn whole(row: &[Letter]) -> Word {
    Word {
        text: row.iter().take(WORD_CHARS).map(|it| it.sign).collect(),
        at: span(row),
        kind: WordKind::Whole,
    }
}

// SE2
fn pairs(row: &[Letter], words: &mut Vec<Word>) {
    words.extend(row.windows(2).map(|pair| Word {
        text: pair.iter().map(|it| it.sign).collect(),
        at: span(pair),
        kind: WordKind::Pair,
    }));
    let kind = WordKind::Last { paired: 1 < row.len() };
    words.extend(row.last().map(|it| Word { text: it.sign.to_string(), at: it.at.clone(), kind }));
}

fn span(row: &[Letter]) -> Range<usize> {
    let begin = row.first().map_or(0, |it| it.at.start);
    begin..row.last().map_or(begin, |it| it.at.end)
}

// SE1
fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (begin, raw) in text.char_indices() {
        if is_unseen(raw) {
            continue;
        }
        let at = begin..begin + raw.len_utf8();
        decompose_compatible(raw, |part| {
            if is_mark(part) {
                if let Some(last) = letters.last_mut() {
                    last.at.end = at.end;
                }
                return;
            }
            for lower in part.to_lowercase() {
                add(&mut letters, lower, &at);
            }
        });
    }
    letters
}

fn add(letters: &mut Vec<Letter>, letter: char, at: &Range<usize>) {
    // Syllables of Hangul and voiced kana come in pieces.
    if let Some(last) = letters.last_mut()
        && last.class != Class::Break
        && let Some(whole) = compose(last.sign, letter)
    {
        last.sign = whole;
        last.at.end = at.end;
        return;
    }
    let plain = |it: char| Letter { sign: it, at: at.clone(), class: class(it) };
    match spelled(letter) {
        Some(spelled) => letters.extend(spelled.chars().map(plain)),
        None => letters.push(plain(simplified(letter))),
    }
}

fn class(letter: char) -> Class {
    let unspaced = matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    match letter.is_alphanumeric() || is_combining_mark(letter) {
        true if unspaced => Class::Unspaced,
        true => Class::Letter,
        false => Class::Break,
    }
}

/// What stands beside a letter of Latin, Greek, Cyrillic, Hebrew or Arabic and is often left out.
fn is_mark(part: char) -> bool {
    matches!(part,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
        | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// What is drawn as nothing, or only makes a word longer: it separates no words.
fn is_unseen(raw: char) -> bool {
    matches!(raw,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Letters that people type without what makes them another one, and digits of other scripts.
fn spelled(letter: char) -> Option<&'static str> {
    Some(match letter {
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'ø' => "o",
        'ŧ' => "t",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        'ς' => "σ",
        'ґ' => "г",
        'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ة' | 'ہ' | 'ۀ' => "ه",
        '٠' | '۰' => "0",
        '١' | '۱' => "1",
        '٢' | '۲' => "2",
        '٣' | '۳' => "3",
        '٤' | '۴' => "4",
        '٥' | '۵' => "5",
        '٦' | '۶' => "6",
        '٧' | '۷' => "7",
        '٨' | '۸' => "8",
        '٩' | '۹' => "9",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn se1_what_people_type_is_what_was_written() {
        // Each row: what was written, what is typed, or what is the same in another form.
        let table = [
            ("đổi", "doi"),
            ("ĐỔI", "doi"),
            ("Tôi muốn trả hàng", "toi muon tra hang"),
            // The same letters in pieces.
            ("d\u{323}o\u{302}\u{309}i", "doi"),
            ("Crème brûlée", "creme brulee"),
            ("Łódź", "lodz"),
            ("Straße", "STRASSE"),
            ("Æther Œuvre", "aether oeuvre"),
            ("İstanbul", "istanbul"),
            ("ΟΔΟΣ", "οδος"),
            ("Київ", "КИІВ"),
            ("ґанок", "ганок"),
            ("ёлка", "елка"),
            ("ＡＢＣ １２３", "abc 123"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("한국어", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}"),
            ("退貨", "退货"),
            ("發票號碼", "发票号码"),
            ("臺灣", "台湾"),
            ("مُحَمَّد", "محمد"),
            ("أإآٱ", "اااا"),
            ("مدرسة", "مدرسه"),
            ("عـــلي", "علي"),
            ("على", "علي"),
            ("کتاب", "كتاب"),
            ("٠١٢٣ ۴۵۶", "0123 456"),
            ("שָׁלוֹם", "שלום"),
            ("ﬁne", "fine"),
            ("co\u{ad}op\u{200b}erate", "cooperate"),
            ("\u{202e}abc\u{202c}", "abc"),
            ("a\u{fe0f}", "a"),
        ];
        for (written, typed) in table {
            assert_eq!(fold(written), fold(typed), "{written} and {typed}");
            assert!(!fold(written).is_empty(), "{written}");
        }
    }

    #[test]
    fn se1_traditional_and_simplified_chinese_find_each_other() {
        for (traditional, simplified) in [
            ("參加會議", "参加会议"),
            ("諮詢", "咨询"),
            ("為什麼", "为什么"),
            ("寧夏", "宁夏"),
            ("開啟閒聊", "开启闲聊"),
            ("訂單付款後退貨", "订单付款后退货"),
            ("發票與運費", "发票与运费"),
        ] {
            assert_eq!(fold(traditional), fold(simplified), "{traditional}");
        }
    }

    #[test]
    fn se1_words_are_cut_where_no_letter_stands() {
        for (text, folded) in [
            ("anna.berg@example.com", "anna berg example com"),
            ("+44 20-7946 0958", "44 20 7946 0958"),
            ("it's 50% off!", "it s 50 off"),
            ("a_b", "a b"),
            ("🙏 thanks 🙏", "thanks"),
            ("🙏", ""),
            ("\" OR NEAR( * ^ -", "or near"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn se2_scripts_without_spaces_are_pairs() {
        for (text, folded) in [
            ("退货政策", "退货 货政 政策 策"),
            ("退", "退"),
            ("请退货。谢谢", "请退 退货 货 谢谢 谢"),
            ("iPhone退货15", "iphone 退货 货 15"),
            ("ありがとう", "あり りが がと とう う"),
            ("สวัส", "สว วั ัส ส"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn se1_folding_twice_is_folding_once_and_places_are_of_the_text() {
        let text = "Tôi đổi ＡＢＣ ½ ﬁ مُحَمَّد İ 한국";
        assert_eq!(fold(&fold(text)), fold(text));
        for word in words(text) {
            assert!(text.get(word.at.clone()).is_some_and(|it| !it.is_empty()), "{word:?}");
        }
        let marked: Vec<&str> =
            words("Tôi đổi").iter().map(|it| &"Tôi đổi"[it.at.clone()]).collect();
        assert_eq!(marked, ["Tôi", "đổi"]);
    }

    #[test]
    fn se1_a_word_without_an_end_is_cut() {
        assert_eq!(fold(&"x".repeat(10_000)).len(), WORD_CHARS);
    }
}
