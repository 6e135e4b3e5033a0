//! From a text to the words that are evidence of a language.
//!
//! Addresses, names with `@`, tags with `#`, tokens with digits, emoticons, laughter and
//! keyboard noise are left out, because they are the same in every language. What
//! is left is lower-cased and composed, one word at a time, without allocation.

mod letter;
#[cfg(test)]
mod tests;

use self::letter::{common_letter, fold, is_apostrophe, is_ignored, is_mark, unify};
use crate::{compose::compose, script::Script};

/// A longer word is read in parts.
pub const MAX_WORD: usize = 32;

/// Enough to be sure; a longer text says the same again. Bounds the time for any input.
pub const MAX_LETTERS: usize = 600;

/// One word of one script, lower-cased and composed.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// The script of all its letters.
    pub script: Script,
    /// The letters, with apostrophes between them.
    pub letters: &'a [char],
    /// Whether it proves that there is language at all; `3ayez` alone does not.
    pub counts: bool,
}

/// Calls `visit` with each word that is evidence, up to [`MAX_LETTERS`].
pub fn for_each_word(text: &str, mut visit: impl FnMut(Word<'_>)) {
    let mut reader = Reader { buffer: Buffer::new(), n_letters: 0, visit: &mut visit };
    let mut after_number = false;
    for (token, bytes) in Tokens(text) {
        // Most tokens are letters only, with a comma perhaps.
        if bytes & !(byte::LETTER | byte::MARK) == 0 {
            if !(after_number && is_unit(token)) {
                reader.read_plain(token);
            }
            after_number = false;
        } else {
            after_number = reader.read_token(token, bytes, after_number);
        }
        if MAX_LETTERS <= reader.n_letters {
            return;
        }
    }
}

/// What a byte can be, as bits, so that a token's bytes can be taken together.
mod byte {
    /// `a` to `z` in either case.
    pub(super) const LETTER: u8 = 1;
    /// A mark that stands beside words.
    pub(super) const MARK: u8 = 2;
    /// Any other ASCII character but a space.
    pub(super) const OTHER: u8 = 4;
    /// A part of a character beyond ASCII.
    pub(super) const BEYOND: u8 = 8;
    /// The first byte of a space beyond ASCII, or of something else.
    pub(super) const PERHAPS_SPACE: u8 = 16;
    /// The first byte of a letter in a script without spaces, or of something else.
    pub(super) const PERHAPS_SPACELESS: u8 = 32;
    /// The first byte of a digit beyond ASCII, or of something else.
    pub(super) const PERHAPS_DIGIT: u8 = 64;
    /// A space.
    pub(super) const SPACE: u8 = 128;

    pub(super) const KINDS: [u8; 256] = {
        let mut kinds = [BEYOND; 256];
        let mut byte: u8 = 0;
        while byte < 128 {
            kinds[byte as usize] = match byte {
                b'a'..=b'z' | b'A'..=b'Z' => LETTER,
                b',' | b'!' | b'?' | b'\'' | b'"' | b'(' | b')' => MARK,
                b'\t'..=b'\r' | b' ' => SPACE,
                _ => OTHER,
            };
            byte += 1;
        }
        let mut at = 0;
        while at < 4 {
            // U+0085 and U+00A0, U+1680, U+2000 to U+205F, U+3000.
            kinds[[0xC2, 0xE1, 0xE2, 0xE3][at]] |= PERHAPS_SPACE;
            // U+0660 and U+06F0, U+0966, U+FF10.
            kinds[[0xD9, 0xDB, 0xE0, 0xEF][at]] |= PERHAPS_DIGIT;
            at += 1;
        }
        // They begin with Thai, U+0E01.
        let mut first = 0xE0;
        while first < 0xF8 {
            kinds[first] |= PERHAPS_SPACELESS;
            first += 1;
        }
        kinds
    };
}

/// What stands between spaces, with what its bytes are.
struct Tokens<'t>(&'t str);

impl<'t> Iterator for Tokens<'t> {
    type Item = (&'t str, u8);

    fn next(&mut self) -> Option<Self::Item> {
        let mut start = 0;
        while let Some(n_bytes) = self.space(start) {
            start += n_bytes;
        }
        let (mut end, mut bytes) = (start, 0);
        while let Some(byte) = self.0.as_bytes().get(end) {
            let kind = byte::KINDS[usize::from(*byte)];
            if kind & (byte::SPACE | byte::PERHAPS_SPACE) != 0 && self.space(end).is_some() {
                break;
            }
            bytes |= kind;
            end += 1;
        }
        let token = self.0.get(start..end).filter(|token| !token.is_empty())?;
        self.0 = self.0.get(end..).unwrap_or("");
        Some((token, bytes))
    }
}

impl Tokens<'_> {
    /// The length of the space that begins there, if one does.
    fn space(&self, at: usize) -> Option<usize> {
        let byte = *self.0.as_bytes().get(at)?;
        match byte::KINDS[usize::from(byte)] {
            byte::SPACE => Some(1),
            kind if kind & byte::PERHAPS_SPACE != 0 => {
                let first = self.0.get(at..)?.chars().next()?;
                first.is_whitespace().then(|| first.len_utf8())
            }
            _ => None,
        }
    }
}

/// What stands between two spaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// An address, a name, a tag, an emoticon, a code.
    Nothing,
    /// It has digits.
    Number,
    /// Words.
    Words,
    /// Arabic as written in Latin letters, where 3 and 7 are letters: `3ayez`, `a7la`.
    DigitsAsLetters,
}

struct Reader<'v, V> {
    buffer: Buffer,
    n_letters: usize,
    visit: &'v mut V,
}

impl<V: FnMut(Word<'_>)> Reader<'_, V> {
    /// Reads a token of ASCII letters and marks.
    fn read_plain(&mut self, token: &str) {
        let mut in_word = false;
        for byte in token.bytes() {
            if byte.is_ascii_alphabetic() || (byte == b'\'' && in_word) {
                if self.buffer.is_full() {
                    self.finish(Some(Script::Latin), true);
                }
                self.buffer.push(char::from(byte.to_ascii_lowercase()));
                in_word = true;
            } else {
                self.finish(in_word.then_some(Script::Latin), true);
                in_word = false;
            }
        }
        self.finish(in_word.then_some(Script::Latin), true);
    }

    /// Reads any token; the answer is whether its end is a number.
    fn read_token(&mut self, token: &str, bytes: u8, mut after_number: bool) -> bool {
        let mut rest = token;
        while !rest.is_empty() && self.n_letters < MAX_LETTERS {
            let (piece, spaceless, tail) = first_piece(rest, bytes);
            rest = tail;
            let kind = if spaceless { Kind::Words } else { kind_of(piece, bytes) };
            let unit = after_number && is_unit(piece);
            after_number = kind == Kind::Number;
            match kind {
                Kind::Nothing | Kind::Number => {}
                Kind::Words if unit => {}
                Kind::Words => self.read(piece, true),
                Kind::DigitsAsLetters => self.read(piece, false),
            }
        }
        after_number
    }

    /// Splits a piece into words. A word `counts` unless digits stand in it as letters.
    fn read(&mut self, piece: &str, counts: bool) {
        let mut script = None;
        for raw in piece.chars() {
            if let Some((found, letter)) = common_letter(raw) {
                if Some(found) != script || self.buffer.is_full() {
                    self.finish(script, counts);
                    script = Some(found);
                }
                self.buffer.push(letter);
                continue;
            }
            let character = fold(raw);
            if is_ignored(character) {
                continue;
            }
            if is_mark(character) {
                self.buffer.compose(character);
                continue;
            }
            let found = match Script::of(character) {
                None if is_apostrophe(character) => script,
                None if !counts && character.is_ascii_digit() => Some(Script::Latin),
                found => found,
            };
            if found != script || self.buffer.is_full() {
                self.finish(script, counts);
                script = found;
            }
            if script.is_some() {
                self.buffer.push(if is_apostrophe(character) { '\'' } else { character });
            }
        }
        self.finish(script, counts);
    }

    fn finish(&mut self, script: Option<Script>, counts: bool) {
        let letters = self.buffer.trimmed();
        if let Some(script) = script
            && !letters.is_empty()
            && !is_noise(letters)
        {
            self.n_letters += letters.len();
            (self.visit)(Word { script, letters, counts });
        }
        self.buffer.n_letters = 0;
    }
}

struct Buffer {
    letters: [char; MAX_WORD],
    n_letters: usize,
}

impl Buffer {
    const fn new() -> Self {
        Self { letters: ['\0'; MAX_WORD], n_letters: 0 }
    }

    const fn is_full(&self) -> bool {
        self.n_letters == MAX_WORD
    }

    fn push(&mut self, letter: char) {
        if let Some(slot) = self.letters.get_mut(self.n_letters) {
            *slot = letter;
            self.n_letters += 1;
        }
    }

    /// Puts a mark on the last letter; one that does not fit there is left out.
    fn compose(&mut self, mark: char) {
        if let Some(last) = self.letters[..self.n_letters].last_mut()
            && let Some(composed) = compose(*last, mark)
        {
            *last = unify(composed);
        }
    }

    /// The letters without the apostrophes around them.
    fn trimmed(&self) -> &[char] {
        let mut letters = &self.letters[..self.n_letters];
        while let ['\'', inner @ ..] | [inner @ .., '\''] = letters {
            letters = inner;
        }
        letters
    }
}

/// The first part of a token that is either wholly or not at all in a script without
/// spaces, whether it is, and the rest. `bytes` says what the bytes of the token are.
fn first_piece(token: &str, bytes: u8) -> (&str, bool, &str) {
    if bytes & byte::PERHAPS_SPACELESS == 0 {
        return (token, false, "");
    }
    let spaceless = |character| Script::of(character).is_some_and(Script::is_spaceless);
    let first = token.chars().next().is_some_and(spaceless);
    let end = token.find(|character| spaceless(character) != first).unwrap_or(token.len());
    let (piece, rest) = token.split_at(end);
    (piece, first, rest)
}

/// What a part of a token is, whose bytes are those of `kinds`.
fn kind_of(piece: &str, kinds: u8) -> Kind {
    let has_other_digits = kinds & byte::PERHAPS_DIGIT != 0 && piece.chars().any(is_other_digit);
    // Most tokens are letters only, with a comma perhaps.
    if kinds & byte::OTHER == 0 {
        return if has_other_digits { Kind::Number } else { Kind::Words };
    }
    let bytes = piece.as_bytes();
    if has_other_digits || bytes.iter().any(u8::is_ascii_digit) {
        return if has_digits_as_letters(bytes) { Kind::DigitsAsLetters } else { Kind::Number };
    }
    let is_code = bytes.iter().any(|byte| b"@_\\".contains(byte))
        || b"#/<=".contains(&bytes[0])
        || (b":;".contains(&bytes[0]) && bytes.len() <= 4)
        || piece.contains("://")
        || starts_with_ignoring_case(bytes, b"www.")
        || is_file_or_host(bytes);
    if is_code { Kind::Nothing } else { Kind::Words }
}

/// Digits other than `0` to `9`, whose letters are in a script that we read by words.
fn is_other_digit(character: char) -> bool {
    matches!(character, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' | '\u{966}'..='\u{96f}' | '\u{ff10}'..='\u{ff19}')
}

/// Small letters with single digits at the start or between them, and more letters than that.
fn has_digits_as_letters(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_suffix_punctuation();
    let n_digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let n_letters = bytes.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let alone = |pair: &[u8]| !(pair[0].is_ascii_digit() && pair[1].is_ascii_digit());
    n_digits + n_letters == bytes.len()
        && 3 <= n_letters
        && n_digits <= 2
        && bytes.iter().all(|byte| !byte.is_ascii_digit() || b"235679".contains(byte))
        && bytes.last().is_some_and(u8::is_ascii_lowercase)
        && bytes.windows(2).all(alone)
}

trait TrimSuffix {
    fn trim_suffix_punctuation(&self) -> &[u8];
}

impl TrimSuffix for [u8] {
    fn trim_suffix_punctuation(&self) -> &[u8] {
        let end = self.iter().rposition(|byte| !b"?!.,".contains(byte)).map_or(0, |last| last + 1);
        &self[..end]
    }
}

fn starts_with_ignoring_case(bytes: &[u8], start: &[u8]) -> bool {
    bytes.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// `example.com`, `shop.example.org/cart`, `invoice.pdf`: a dot with a well-known ending.
fn is_file_or_host(bytes: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 34] = [
        b"com", b"net", b"org", b"io", b"dev", b"app", b"shop", b"info", b"biz", b"edu", b"gov",
        b"pdf", b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"heic", b"doc", b"docx", b"xls",
        b"xlsx", b"csv", b"txt", b"zip", b"rar", b"exe", b"html", b"php", b"json", b"mov", b"avi",
        b"apk",
    ];
    let host =
        bytes.split(|byte| b"/?:".contains(byte)).next().unwrap_or(&[]).trim_suffix_punctuation();
    let Some(dot) = host.iter().rposition(|byte| *byte == b'.') else { return false };
    let ending = &host[dot + 1..];
    0 < dot && ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Units and currencies, which follow a number in every language.
fn is_unit(piece: &str) -> bool {
    const UNITS: [&str; 24] = [
        "kg", "km", "cm", "mm", "ml", "kb", "mb", "gb", "tb", "usd", "eur", "gbp", "vnd", "uah",
        "pln", "rub", "inr", "idr", "jpy", "am", "pm", "px", "hz", "kw",
    ];
    let piece = piece.trim_end_matches(['.', ',', '?', '!']);
    UNITS.iter().any(|unit| piece.eq_ignore_ascii_case(unit))
}

/// Words that people of all languages write: laughter, `ok`, one key held down, keys in a row.
fn is_noise(letters: &[char]) -> bool {
    match letters {
        [] | ['o' | 'о', 'k' | 'к'] | ['o', 'k', 'k'] | ['x', 'd'] | ['x', 'd', 'd'] => true,
        [first, second, rest @ ..] if first == second => {
            !rest.is_empty() && rest.iter().all(|letter| letter == first) || is_hum(letters)
        }
        _ => is_laughter(letters) || is_hum(letters) || letters.windows(3).any(are_keys_in_a_row),
    }
}

/// `haha`, `ahahah`, `jeje`, `wkwkwk`, `lol`: only two letters, one of them breath.
fn is_laughter(letters: &[char]) -> bool {
    let [first, second, third, ..] = letters else { return false };
    let is_pair = |breath: &char, other: &char| {
        matches!(
            (breath, other),
            ('h', 'a' | 'e' | 'i' | 'o' | 'u')
                | ('j', 'a' | 'e' | 'i')
                | ('x', 'a' | 'i')
                | ('w', 'k')
                | ('l', 'o')
                | ('х', 'а' | 'е' | 'и')
        )
    };
    (is_pair(first, second) || is_pair(second, first))
        && (3 < letters.len() || (*first == 'l' && *third == 'l'))
        && letters.iter().all(|letter| letter == first || letter == second)
        && 2 <= letters
            .iter()
            .filter(|letter| is_pair(letter, first) || is_pair(letter, second))
            .count()
}

/// `hmmm`, `mmhm`.
fn is_hum(letters: &[char]) -> bool {
    letters.iter().all(|letter| matches!(letter, 'h' | 'm'))
}

/// Three neighbours on a keyboard that no word has in this order.
fn are_keys_in_a_row(letters: &[char]) -> bool {
    matches!(
        letters,
        ['s', 'd', 'f']
            | ['d', 'f', 'g']
            | ['g', 'h', 'j']
            | ['h', 'j', 'k']
            | ['q', 'w', 'e']
            | ['z', 'x', 'c']
            | ['x', 'c', 'v']
    )
}
