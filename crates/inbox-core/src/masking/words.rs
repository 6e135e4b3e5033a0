//! Words that people write in place of a sign, in the languages of the product and their
//! neighbours. They are small letters; who asks folds first.

/// `@` between brackets, or as a word where a domain follows.
pub(super) const AT: [&str; 18] = [
    "at",
    "a",
    "ät",
    "et",
    "arroba",
    "arobase",
    "kukac",
    "malpa",
    "chez",
    "acong",
    "còng",
    "собака",
    "равлик",
    "ет",
    "эт",
    "آت",
    "艾特",
    "小老鼠",
];

/// The dot of a domain.
const DOT: [&str; 13] = [
    "dot",
    "d0t",
    "punkt",
    "point",
    "punto",
    "ponto",
    "chấm",
    "cham",
    "крапка",
    "точка",
    "نقطة",
    "點",
    "点",
];

/// What stands between the digits of a number that is dictated.
const SEPARATORS: [&str; 40] = [
    "dash",
    "hyphen",
    "minus",
    "dot",
    "point",
    "period",
    "space",
    "blank",
    "slash",
    "stroke",
    "comma",
    "star",
    "asterisk",
    "underscore",
    "bar",
    "pipe",
    "plus",
    "gạch",
    "ngang",
    "chấm",
    "phẩy",
    "cách",
    "тире",
    "дефіс",
    "мінус",
    "крапка",
    "пробіл",
    "кома",
    "риска",
    "شرطة",
    "نقطة",
    "مسافة",
    "فاصلة",
    "槓",
    "杠",
    "點",
    "点",
    "空格",
    "減",
    "减",
];

/// What stands before a colon and an address without being of it.
const LABELS: [&str; 14] = [
    "mailto",
    "email",
    "e-mail",
    "mail",
    "smtp",
    "sip",
    "xmpp",
    "skype",
    "to",
    "cc",
    "bcc",
    "from",
    "пошта",
    "thư",
];

/// Where most people have their mail: known without the end of the domain.
const PROVIDERS: [&str; 22] = [
    "gmail",
    "googlemail",
    "yahoo",
    "ymail",
    "outlook",
    "hotmail",
    "live",
    "msn",
    "icloud",
    "aol",
    "gmx",
    "proton",
    "protonmail",
    "yandex",
    "ukr",
    "qq",
    "foxmail",
    "sina",
    "sohu",
    "zoho",
    "naver",
    "fastmail",
];

/// Ends of domains that are no words of a sentence.
const ENDS: [&str; 14] =
    ["com", "net", "org", "info", "edu", "vn", "ua", "cn", "tw", "hk", "uk", "fr", "ru", "eu"];

pub(super) fn is_at(word: &str) -> bool {
    AT.contains(&word)
}

/// Whether a word of ASCII could be the sign where no bracket stands around it.
pub(super) fn may_be_at(word: &str) -> bool {
    word != "a" && AT.iter().any(|it| it.eq_ignore_ascii_case(word))
}

pub(super) fn is_dot(word: &str) -> bool {
    DOT.contains(&word)
}

pub(super) fn is_separator(word: &str) -> bool {
    SEPARATORS.contains(&word)
}

pub(super) fn is_label(word: &str) -> bool {
    LABELS.contains(&word)
}

pub(super) fn is_provider(word: &str) -> bool {
    PROVIDERS.contains(&word)
}

pub(super) fn is_end_of_domain(word: &str) -> bool {
    ENDS.contains(&word)
}
