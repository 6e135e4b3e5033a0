//! Characters that are written by a number or a name, as addresses, markup and programs do:
//! `%40`, `&#64;`, `&commat;`, `\u0040`, `=40`. What is undone may be a part of something to undo,
//! as in `%2540`, so each character is looked at as soon as it is complete: one pass undoes all
//! layers.

use super::{
    reading::{Atom, Reading, atom},
    work,
};

/// Characters of the longest entity, from its `&` to its `;`.
const ENTITY: usize = 12;
/// Characters of the longest tag.
const TAG: usize = 200;

/// Named characters that mean something here. Every other name stands for some sign.
const NAMED: [(&str, char); 22] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("tab", '\t'),
    ("newline", '\n'),
    ("commat", '@'),
    ("period", '.'),
    ("comma", ','),
    ("num", '#'),
    ("percnt", '%'),
    ("plus", '+'),
    ("hyphen", '-'),
    ("lowbar", '_'),
    ("equals", '='),
    ("sol", '/'),
    ("bsol", '\\'),
];

/// How much is undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layers {
    /// What addresses, markup and programs write.
    Usual,
    /// And `=40`, as it stands in mails. In addresses it is a value that begins with 40.
    Mail,
}

/// A text with everything undone; none if there is nothing to undo.
pub(super) fn undone(reading: &[Atom], layers: Layers) -> Option<Reading> {
    let mut stack = Stack { pieces: Vec::with_capacity(reading.len()), layers };
    for it in reading {
        stack.undo_open_entity(it.is);
        stack.push(Piece { atom: it.clone(), byte: None });
    }
    stack.undo_open_entity(' ');
    let changed = stack.pieces.len() < reading.len();
    changed.then(|| stack.pieces.into_iter().map(|it| it.atom).collect())
}

/// A text without tags; none if it has none.
pub(super) fn untagged(reading: &[Atom]) -> Option<Reading> {
    let mut kept = Vec::with_capacity(reading.len());
    let mut at = 0;
    while at < reading.len() {
        let length = tag(&reading[at..]).unwrap_or(0);
        if length == 0 {
            kept.push(reading[at].clone());
        }
        at += length.max(1);
    }
    (kept.len() < reading.len()).then_some(kept)
}

/// The length of the tag that begins here.
fn tag(rest: &[Atom]) -> Option<usize> {
    let [open, first, ..] = rest else { return None };
    let opens = first.is.is_ascii_alphabetic() || matches!(first.is, '/' | '!' | '?');
    if open.is != '<' || !opens {
        return None;
    }
    let ahead = rest[1..].iter().take(TAG);
    let end = work::counted(ahead).position(|it| matches!(it.is, '<' | '>'))?;
    (rest[end + 1].is == '>').then_some(end + 2)
}

/// A character, or a byte of one.
struct Piece {
    atom: Atom,
    byte: Option<u8>,
}

struct Stack {
    pieces: Vec<Piece>,
    layers: Layers,
}

impl Stack {
    fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
        while self.undo() {}
    }

    /// Undoes what is complete with the last character.
    fn undo(&mut self) -> bool {
        let Some(last) = self.pieces.last() else { return false };
        match last.atom.is {
            _ if last.byte.is_some() => self.undo_bytes(),
            ';' => self.undo_entity(),
            '}' => self.undo_braces(),
            it if it.is_ascii_hexdigit() => self.undo_number(),
            _ => false,
        }
    }

    /// The character that stands so many places before the end.
    fn back(&self, n: usize) -> Option<char> {
        let at = self.pieces.len().checked_sub(n)?;
        Some(self.pieces[at].atom.is)
    }

    fn value(&self, n_digits: usize, behind: usize) -> Option<u32> {
        let end = self.pieces.len() - behind;
        let digits = &self.pieces[end.checked_sub(n_digits)?..end];
        digits.iter().try_fold(0, |value, it| Some(value * 16 + it.atom.is.to_digit(16)?))
    }

    /// `%40`, `=40`, `\x40`, `%u0040`, `\u0040`
    fn undo_number(&mut self) -> bool {
        let mail = self.layers == Layers::Mail;
        let is_byte = self.back(3).is_some_and(|it| it == '%' || mail && it == '=');
        if is_byte && let Some(byte) = self.value(2, 0).and_then(|it| u8::try_from(it).ok()) {
            return self.put_byte(3, byte);
        }
        let long = matches!(self.back(5), Some('u' | 'U'))
            && matches!(self.back(6), Some('%' | '\\'))
            && self.value(4, 0).is_some();
        let (n, n_digits) = match (self.back(4), self.back(3)) {
            _ if long => (6, 4),
            (Some('\\'), Some('x' | 'X')) => (4, 2),
            _ => return false,
        };
        let meant = self.value(n_digits, 0).and_then(char::from_u32);
        meant.is_some_and(|it| self.put(n, it))
    }

    /// `\u{40}`
    fn undo_braces(&mut self) -> bool {
        for n_digits in 1..=6 {
            if self.back(n_digits + 2) == Some('{') {
                let opens = matches!(self.back(n_digits + 3), Some('u' | 'x'))
                    && self.back(n_digits + 4) == Some('\\');
                let meant = self.value(n_digits, 1).filter(|_| opens).and_then(char::from_u32);
                return meant.is_some_and(|it| self.put(n_digits + 4, it));
            }
        }
        false
    }

    /// `&#64;`, `&#x40;`, `&commat;`
    fn undo_entity(&mut self) -> bool {
        let Some((n, name)) = self.entity(1) else { return false };
        let meant = match name.strip_prefix('#') {
            Some(number) => numbered(number),
            None if name.chars().all(|it| it.is_ascii_alphabetic()) => {
                let known = NAMED.iter().find(|(known, _)| name == *known);
                Some(known.map_or(char::REPLACEMENT_CHARACTER, |(_, it)| *it))
            }
            None => None,
        };
        meant.is_some_and(|it| self.put(n, it))
    }

    /// `&#64` before what goes on with it no more, as browsers take it.
    fn undo_open_entity(&mut self, next: char) {
        let goes_on = match self.entity(0) {
            Some((_, name)) if name.starts_with("#x") => next.is_ascii_hexdigit(),
            Some(_) => next.is_ascii_digit(),
            None => return,
        };
        if goes_on || next == ';' {
            return;
        }
        let number =
            self.entity(0).and_then(|(n, name)| Some((n, numbered(name.strip_prefix('#')?)?)));
        if let Some((n, meant)) = number
            && self.put(n, meant)
        {
            while self.undo() {}
        }
    }

    /// What stands behind the last `&`, but for so many characters at the end; and the length of
    /// all.
    fn entity(&self, behind: usize) -> Option<(usize, String)> {
        let end = self.pieces.len().checked_sub(behind)?;
        let before = self.pieces[..end].iter().rev().take(ENTITY);
        let name = |it: char| it.is_ascii_alphanumeric() || it == '#';
        let length = work::counted(before).position(|it| !name(it.atom.is))?;
        let start = end - length;
        if length == 0 || self.pieces[start - 1].atom.is != '&' {
            return None;
        }
        let name = self.pieces[start..end].iter().map(|it| it.atom.is.to_ascii_lowercase());
        Some((length + 1 + behind, name.collect()))
    }

    /// The last bytes, if they are a character by now.
    fn undo_bytes(&mut self) -> bool {
        let last = self.pieces.iter().rev().take(4).map_while(|it| it.byte);
        let mut bytes: Vec<u8> = last.collect();
        bytes.reverse();
        for n in (2..=bytes.len()).rev() {
            let meant = std::str::from_utf8(&bytes[bytes.len() - n..]).ok();
            if let Some(meant) = meant.and_then(|it| it.chars().next()) {
                return self.put(n, meant);
            }
        }
        false
    }

    fn put_byte(&mut self, n: usize, byte: u8) -> bool {
        if byte.is_ascii() {
            return self.put(n, char::from(byte));
        }
        self.put(n, char::REPLACEMENT_CHARACTER);
        if let Some(last) = self.pieces.last_mut() {
            last.byte = Some(byte);
        }
        true
    }

    /// Puts a character in the place of the last ones. Controls are written by nobody: there the
    /// sign is a sign, as in `4111%1111`.
    fn put(&mut self, n: usize, meant: char) -> bool {
        if meant.is_control() && !matches!(meant, '\t' | '\n' | '\r') {
            return false;
        }
        let first = self.pieces.len() - n;
        let (start, end) = match self.pieces[first..].first().zip(self.pieces.last()) {
            Some((first, last)) => (first.atom.at.start, last.atom.at.end),
            None => return false,
        };
        self.pieces.truncate(first);
        self.pieces.push(Piece { atom: atom(meant, start..end, true), byte: None });
        true
    }
}

/// The character of an entity's number.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}
