//! Numbers and addresses that nobody may read, and the ways to write each so that people still can.

pub(crate) const NUMBERS: [&str; 22] = [
    "+44 7966 197542",
    "+1 415 555 0123",
    "0912 345 678",
    "(020) 7946 0958",
    "+84 912 345 678",
    "06 12 34 56 78",
    "+380 44 123 4567",
    "09123 45678",
    "+852 2345 6789",
    "030-901820-77",
    "4111 1111 1111 1111",
    "5500 0000 0000 0004",
    "3782 822463 10005",
    "6011 0000 0000 0004",
    "3530 1113 3330 0000",
    "6304000000000000000",
    "4222 2222 2222 2",
    "123-45-6789",
    "GB82 WEST 1234 5698 7654 32",
    "DE89 3704 0044 0532 0130 00",
    "UA21 3223 1300 0002 6007 2335 66001",
    "VG96 VPVG 0000 0123 4567 8901",
];

pub(crate) const ADDRESSES: [&str; 8] = [
    "ursula@example.com",
    "ursula.mask@example.com",
    "o'hara+shop@mail.example.org",
    "Thi_Nga-92@shop.vn",
    "liên@cửahàng.vn",
    "k.w.ong@sub.domain.example",
    "1984winston@example.co.uk",
    "почта@пример.укр",
];

/// What stands between the groups of a number.
const GAPS: [&str; 62] = [
    "#",
    " # ",
    "&",
    "@",
    "$",
    " $",
    "€",
    "£ ",
    "%",
    "% ",
    "×",
    " × ",
    "°",
    "x",
    "X",
    " x ",
    "х",
    "/",
    "|",
    "_",
    "~",
    "*",
    "·",
    "^",
    "!",
    "?",
    "§",
    "№",
    "¤",
    "=",
    "+",
    " + ",
    "<>",
    "><",
    "…",
    "\u{a0}",
    "\u{2003}\u{2003}",
    "\u{3000}",
    "\t",
    "\n",
    "\r\n\r\n",
    "\n\n\n\n\n\n\n",
    "          ",
    " ----- ",
    " - - - ",
    "..........",
    "** **",
    "&nbsp;",
    "&#32;",
    "&ensp;&middot;",
    "&hyphen;",
    "</b><b>",
    "<br/>",
    "<span style=\"color:red\"> ",
    "%20",
    "%2525252520",
    "%C2%A0",
    "\\u0020",
    "=20",
    "😀",
    "\u{200b}\u{feff}",
    "ツ",
];

/// Words for signs.
const WORDS: [&str; 12] = [
    " dash ",
    "-dash-",
    " dot ",
    " SPACE ",
    " slash ",
    " gạch ",
    " gạch ngang ",
    " тире ",
    " дефіс ",
    " شرطة ",
    "空格",
    "-点-",
];

/// Digits of a row that begins with zero.
const ZEROS: [char; 16] =
    ['٠', '۰', '०', '০', '๐', '０', '០', '߀', '᠐', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶', '₀', '🯰'];

/// Digits that are no row.
const DIGITS: [&str; 8] = [
    "⓪①②③④⑤⑥⑦⑧⑨",
    "⓿❶❷❸❹❺❻❼❽❾",
    "⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼",
    "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "〇一二三四五六七八九",
    "零壹貳參肆伍陸柒捌玖",
    "〇〡〢〣〤〥〦〧〨〩",
];

/// What stands behind each digit.
const BEHIND: [&str; 10] = [
    "\u{fe0f}\u{20e3}",
    "\u{fe0e}",
    "\u{332}",
    "\u{332}\u{336}\u{332}\u{332}\u{332}\u{332}\u{332}",
    "\u{e31}",
    "\u{200d}",
    "\u{2060}\u{180e}",
    "\u{3164}",
    "\u{e0100}",
    "</i><i>",
];

/// The sign of an address.
const SIGNS: [&str; 48] = [
    "@@",
    "@@@",
    "(x)@",
    " (x y) @",
    "@(x)",
    "\n@",
    "@\n",
    "\n\n@\n",
    "    @    ",
    "\t@\u{3000}",
    "＠",
    "﹫",
    " ＠ ",
    "\u{200b}@\u{2060}",
    "@\u{332}\u{332}",
    "@.",
    " @ ",
    "(@)",
    "[@]",
    "&#64;",
    "&#064;",
    "&#64",
    "&#x40;",
    "&#X40;",
    "&commat;",
    "&amp;commat;",
    "&amp;amp;#64;",
    " &#64; ",
    "%40",
    "%2540",
    "%25252540",
    "%2525252525252540",
    "%u0040",
    "\\u0040",
    "\\x40",
    "\\u{40}",
    "=40",
    "(at)",
    " (at) ",
    "[at]",
    " [ at ] ",
    "{at}",
    "<at>",
    "(AT)",
    " (Ａt) ",
    "ⓐ",
    "[собака]",
    " [arroba] ",
];

fn escaped(raw: &str, spares: impl Fn(u8) -> bool) -> String {
    let written = |byte: u8| {
        if spares(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    raw.bytes().map(written).collect()
}

fn as_a_form_does(raw: &str) -> String {
    escaped(raw, |it| it.is_ascii_alphanumeric() || b"-._~".contains(&it))
}

fn wide(raw: &str) -> String {
    let wide = |it: char| match it {
        '!'..='~' => char::from_u32(u32::from(it) + 0xfee0).unwrap(),
        it => it,
    };
    raw.chars().map(wide).collect()
}

fn each(raw: &str, write: impl Fn(char) -> String) -> String {
    raw.chars().map(write).collect()
}

/// The letters and digits of a number, with something else between all so many of them.
fn spaced(raw: &str, size: usize, gap: &str) -> String {
    let plus = if raw.starts_with('+') { "+" } else { "" };
    let dense: Vec<char> = raw.chars().filter(|it| it.is_alphanumeric()).collect();
    let groups: Vec<String> = dense.chunks(size).map(String::from_iter).collect();
    format!("{plus}{}", groups.join(gap))
}

fn in_digits(raw: &str, zero: char) -> String {
    each(raw, |it| match it.to_digit(10) {
        Some(n) => char::from_u32(u32::from(zero) + n).unwrap().to_string(),
        None => it.to_string(),
    })
}

/// Ways to write a number or an address: those of each alone, and those of any text.
pub(crate) fn writings(needle: &str) -> Vec<String> {
    let form = as_a_form_does(needle);
    let mut all = vec![
        needle.to_owned(),
        format!("https://shop.example/in?step=2&me={form}&x=1"),
        as_a_form_does(&form),
        escaped(needle, |_| false),
        wide(needle),
        each(needle, |it| format!("&#{};", u32::from(it))),
        each(needle, |it| format!("&#x{:x};", u32::from(it))),
        each(needle, |it| format!("&amp;#{};", u32::from(it))),
        each(needle, |it| format!("\\u{:04x}", u32::from(it))),
        each(needle, |it| format!("%u{:04X}", u32::from(it))),
        each(needle, |it| format!("\\u{{{:x}}}", u32::from(it))),
        each(needle, |it| format!("<b>{it}</b>")),
        escaped(needle, |_| false).replace('%', "="),
    ];
    let mut layers = escaped(needle, |_| false);
    for _ in 0..6 {
        layers = as_a_form_does(&layers);
        all.push(layers.clone());
    }
    all.push(format!("\u{202e}{}", needle.chars().rev().collect::<String>()));
    match needle.split_once('@') {
        Some((name, domain)) => all.extend(of_address(name, domain)),
        None => all.extend(of_number(needle)),
    }
    all
}

fn of_address(name: &str, domain: &str) -> Vec<String> {
    let spelled = domain.replace('.', " dot ");
    let letters: Vec<String> = name.chars().map(String::from).collect();
    let half = letters.len() / 2;
    let (first, last) = (letters[..half].concat(), letters[half..].concat());
    let mut all: Vec<String> = SIGNS.iter().map(|it| format!("{name}{it}{domain}")).collect();
    all.extend([
        format!("mailto:{name}@{domain}"),
        format!("<{name}@{domain}>"),
        format!("https://shop.example:9100/u?a=b&email={name}@{domain}#end"),
        format!("{name} at {spelled}"),
        format!("{name} AT {spelled}"),
        format!("{name} AT {domain}"),
        format!("{name} (at) {}", domain.replace('.', " (dot) ")),
        format!("{name}[at]{}", domain.replace('.', "[dot]")),
        format!("{name}@{}", domain.replace('.', "[.]")),
        format!("{name}@{}", domain.replace('.', " . ")),
        format!("{name}@{}", domain.replace('.', "。")),
        format!("{name}@{}", domain.replace('.', ",")),
        format!("{name}@{}", domain.replace('.', " крапка ")),
        format!("{name} собака {domain}"),
        format!("{name} a còng {}", domain.replace('.', " chấm ")),
        format!("{name} 艾特 {}", domain.replace('.', "点")),
        format!("{name}@gmail"),
        format!("{name} at gmail.com"),
        format!("{name}@example com"),
        format!("{name}@[192.168.1.1]"),
        format!("{name}@[IPv6:2001:db8::1]"),
        format!("\"{name}\"@{domain}"),
        format!("{name} (remark) @{domain}"),
        format!("{name}(remark)@{domain}"),
        format!("{} @ {domain}", letters.join(" ")),
        format!("{}@{domain}", letters.join("\u{200b}")),
        format!("{}@{domain}", letters.join("<b></b>")),
    ]);
    let inside = [",", ";", ":", "(", "<", "\"", "\\", "😀", "%", "/", "!", "()", "..", "\u{332}"];
    all.extend(inside.iter().map(|it| format!("{first}{it}{last}@{domain}")));
    let bold = |it: char| match it {
        'a'..='z' => char::from_u32(0x1d41a + u32::from(it) - u32::from('a')).unwrap(),
        it => it,
    };
    all.push(format!("{}@{domain}", name.chars().map(bold).collect::<String>()));
    all
}

fn of_number(needle: &str) -> Vec<String> {
    let mut all = Vec::new();
    for gap in GAPS {
        all.extend((1..=4).map(|size| spaced(needle, size, gap)));
    }
    for word in WORDS {
        all.extend([2, 3, 4].map(|size| spaced(needle, size, word)));
    }
    all.extend([
        spaced(needle, 3, "\t\u{2009} "),
        spaced(needle, 4, "_*,\n"),
        spaced(&spaced(needle, 4, " "), 2, ":"),
        spaced(needle, 4, "x "),
        pairs(needle, ":", " "),
        pairs(needle, "/", " "),
        pairs(needle, ".", " "),
        pairs(needle, "-", " / "),
        format!("12/11/2024 {needle}"),
        format!("{needle} 10:30"),
        format!("tel:{needle}"),
        format!("no{needle}"),
    ]);
    all.extend(ZEROS.map(|zero| in_digits(needle, zero)));
    for digits in DIGITS {
        let digits: Vec<char> = digits.chars().collect();
        all.push(each(needle, |it| {
            it.to_digit(10).map_or(it, |n| digits[usize::try_from(n).unwrap()]).to_string()
        }));
    }
    for behind in BEHIND {
        all.push(each(needle, |it| format!("{it}{behind}")));
    }
    all
}

/// Two signs by turns between pairs of digits: `41:11 11:11`.
fn pairs(raw: &str, inner: &str, outer: &str) -> String {
    let pairs = spaced(raw, 2, "\0");
    let pairs: Vec<&str> = pairs.split('\0').collect();
    pairs.chunks(2).map(|it| it.join(inner)).collect::<Vec<String>>().join(outer)
}

/// A text with everything undone that is written by a number or a name, as often as there is
/// something. What the product does to find a needle is not used to look for it.
fn undone(raw: &str) -> String {
    let mut text = raw.to_owned();
    for _ in 0..400 {
        if !text.contains(['&', '%', '\\']) {
            break;
        }
        let next = undone_once(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn undone_once(raw: &str) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let found = WAYS.iter().find_map(|(open, close, radix, length)| {
            let behind = rest.strip_prefix(open)?;
            let n = behind
                .bytes()
                .take(*length)
                .take_while(|it| char::from(*it).is_digit(*radix))
                .count();
            let code = u32::from_str_radix(&behind[..n], *radix).ok()?;
            let closed = behind[n..].strip_prefix(close)?;
            let exact = !close.is_empty() || n == *length || *radix == 10;
            exact.then_some((*open, code, closed))
        });
        match found {
            Some(("%" | "=", byte, behind)) => {
                bytes.push(u8::try_from(byte).unwrap());
                rest = behind;
            }
            Some((_, code, behind)) if char::from_u32(code).is_some() => {
                bytes.extend(char::from_u32(code).unwrap().to_string().bytes());
                rest = behind;
            }
            _ => {
                let entity = ["&amp;", "&commat;", "&nbsp;", "&ensp;", "&middot;", "&hyphen;"];
                let known = entity.iter().zip(["&", "@", " ", " ", "·", "-"]);
                let known = known.into_iter().find(|(it, _)| rest.starts_with(**it));
                let (length, meant) =
                    known.map_or((first.len_utf8(), None), |it| (it.0.len(), Some(it.1)));
                bytes.extend(meant.unwrap_or(&rest[..length]).bytes());
                rest = &rest[length..];
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What stands before and behind a character's number, its base, and how many digits it has at most.
const WAYS: [(&str, &str, u32, usize); 9] = [
    ("&#x", ";", 16, 6),
    ("&#X", ";", 16, 6),
    ("&#", ";", 10, 7),
    ("&#", "", 10, 7),
    ("\\u{", "}", 16, 6),
    ("\\u", "", 16, 4),
    ("%u", "", 16, 4),
    ("\\x", "", 16, 2),
    ("%", "", 16, 2),
];

fn plain_digit(it: char) -> Option<u32> {
    let row = ZEROS
        .iter()
        .find_map(|zero| u32::from(it).checked_sub(u32::from(*zero)).filter(|n| *n < 10));
    let listed = DIGITS.iter().find_map(|all| all.chars().position(|digit| digit == it));
    it.to_digit(10).or(row).or_else(|| listed.and_then(|n| u32::try_from(n).ok()))
}

fn without_tags(raw: &str) -> String {
    let mut kept = String::new();
    let mut rest = raw;
    while let Some(open) = rest.find('<') {
        let is_tag = rest[open + 1..].starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
        match rest[open..].find('>').filter(|_| is_tag && !rest[open..].starts_with("<at>")) {
            Some(length) if !rest[open..open + length].contains('@') => {
                kept.push_str(&rest[..open]);
                rest = &rest[open + length + 1..];
            }
            _ => {
                kept.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    kept + rest
}

/// A needle, and what of it nobody may read: of an address what stands before its sign, of a number
/// all its digits.
pub(crate) struct Secret {
    plain: String,
    is_number: bool,
}

impl Secret {
    pub(crate) fn of(needle: &str) -> Self {
        let is_number = !needle.contains('@');
        let plain = plain_form(needle.split('@').next().unwrap(), is_number);
        Self { plain, is_number }
    }

    /// Whether a text tells it, to people or to programs.
    pub(crate) fn is_told_by(&self, raw: &str) -> bool {
        let mail = raw.contains('=').then(|| raw.replace('=', "%"));
        [Some(raw), mail.as_deref()].into_iter().flatten().any(|it| {
            if plain_form(it, self.is_number).contains(&self.plain) {
                return true;
            }
            if !it.contains(['&', '%', '\\', '<', '\u{202e}']) {
                return false;
            }
            let undone = undone(it);
            let turned: String = undone.chars().rev().collect();
            [without_tags(&undone), turned, undone]
                .iter()
                .any(|it| plain_form(it, self.is_number).contains(&self.plain))
        })
    }
}

/// The digits of a text as plain ones, or its letters and digits.
fn plain_form(raw: &str, is_number: bool) -> String {
    let plain = |it: char| match u32::from(it) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap(),
        code @ 0x1d41a..=0x1d433 => char::from_u32(code - 0x1d41a + 0x61).unwrap(),
        _ => plain_digit(it).and_then(|it| char::from_digit(it, 10)).unwrap_or(it),
    };
    let kept = |it: &char| it.is_ascii_digit() || !is_number && it.is_alphanumeric();
    raw.chars().map(plain).filter(kept).flat_map(char::to_lowercase).collect()
}
