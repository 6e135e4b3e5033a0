//! Sets of characters, written in small letters.

use regex_syntax::ast::{
    ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet,
    ClassSetBinaryOpKind, ClassSetItem,
};

/// No letter beyond this one has another form in the other case.
const LAST_LETTER: u32 = 0x1_E943;
const LAST: u32 = char::MAX as u32;

/// Ranges of characters, both ends included; sorted, and none touches the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    pub(super) fn any() -> Self {
        Self(vec![(0, LAST)])
    }

    pub(super) fn one(it: char) -> Self {
        Self(vec![(it.into(), it.into())])
    }

    pub(super) fn contains(&self, it: char) -> bool {
        let it = u32::from(it);
        self.0.iter().any(|(low, high)| (*low..=*high).contains(&it))
    }

    /// The one character of a set that has one.
    pub(super) fn only(&self) -> Option<char> {
        match self.0.as_slice() {
            [(low, high)] if low == high => char::from_u32(*low),
            _ => None,
        }
    }

    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    pub(super) fn perl(it: &ClassPerl) -> Self {
        let set = match it.kind {
            ClassPerlKind::Digit => Self::of(&[('0', '9')]),
            ClassPerlKind::Space => Self::of(&[('\t', '\r'), (' ', ' ')]),
            ClassPerlKind::Word => Self::of(&[('0', '9'), ('_', '_'), ('a', 'z')]),
        };
        if it.negated { set.complement() } else { set }
    }

    /// None if it has a part that needs tables of Unicode.
    pub(super) fn bracketed(it: &ClassBracketed) -> Option<Self> {
        let set = Self::of_class(&it.kind)?;
        Some(if it.negated { set.complement() } else { set })
    }

    fn of_class(it: &ClassSet) -> Option<Self> {
        match it {
            ClassSet::Item(item) => Self::item(item),
            ClassSet::BinaryOp(both) => {
                let (left, right) = (Self::of_class(&both.lhs)?, Self::of_class(&both.rhs)?);
                Some(match both.kind {
                    ClassSetBinaryOpKind::Intersection => left.without(&right.complement()),
                    ClassSetBinaryOpKind::Difference => left.without(&right),
                    ClassSetBinaryOpKind::SymmetricDifference => {
                        left.without(&right).with(right.without(&left))
                    }
                })
            }
        }
    }

    fn item(it: &ClassSetItem) -> Option<Self> {
        match it {
            ClassSetItem::Empty(_) => Some(Self(Vec::new())),
            ClassSetItem::Literal(it) => Some(Self::folded(it.c, it.c)),
            ClassSetItem::Range(it) => Some(Self::folded(it.start.c, it.end.c)),
            ClassSetItem::Ascii(it) => Some(Self::ascii(it)),
            ClassSetItem::Unicode(_) => None,
            ClassSetItem::Perl(it) => Some(Self::perl(it)),
            ClassSetItem::Bracketed(it) => Self::bracketed(it),
            ClassSetItem::Union(it) => {
                let mut parts = it.items.iter().map(Self::item);
                parts.try_fold(Self(Vec::new()), |all, part| Some(all.with(part?)))
            }
        }
    }

    fn ascii(it: &ClassAscii) -> Self {
        let set = match it.kind {
            ClassAsciiKind::Alnum => Self::of(&[('0', '9'), ('a', 'z')]),
            ClassAsciiKind::Alpha | ClassAsciiKind::Lower | ClassAsciiKind::Upper => {
                Self::of(&[('a', 'z')])
            }
            ClassAsciiKind::Ascii => Self::of(&[('\0', '\x7f')]),
            ClassAsciiKind::Blank => Self::of(&[('\t', '\t'), (' ', ' ')]),
            ClassAsciiKind::Cntrl => Self::of(&[('\0', '\x1f'), ('\x7f', '\x7f')]),
            ClassAsciiKind::Digit => Self::of(&[('0', '9')]),
            ClassAsciiKind::Graph => Self::of(&[('!', '~')]),
            ClassAsciiKind::Print => Self::of(&[(' ', '~')]),
            ClassAsciiKind::Punct => Self::of(&[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
            ClassAsciiKind::Space => Self::of(&[('\t', '\r'), (' ', ' ')]),
            ClassAsciiKind::Word => Self::of(&[('0', '9'), ('_', '_'), ('a', 'z')]),
            ClassAsciiKind::Xdigit => Self::of(&[('0', '9'), ('a', 'f')]),
        };
        if it.negated { set.complement() } else { set }
    }

    fn of(ranges: &[(char, char)]) -> Self {
        Self(ranges.iter().map(|(low, high)| (u32::from(*low), u32::from(*high))).collect())
    }

    /// The range, and the small forms of its letters.
    fn folded(low: char, high: char) -> Self {
        let mut ranges = vec![(u32::from(low), u32::from(high))];
        for it in (u32::from(low)..=u32::from(high).min(LAST_LETTER)).filter_map(char::from_u32) {
            let mut small = it.to_lowercase();
            if let (Some(small), None) = (small.next(), small.next())
                && small != it
            {
                ranges.push((small.into(), small.into()));
            }
        }
        Self(ranges).merged()
    }

    fn merged(mut self) -> Self {
        self.0.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (low, high) in self.0 {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                Some(_) | None => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.merged()
    }

    fn without(&self, other: &Self) -> Self {
        // What is in neither the complement nor the other.
        self.complement().with(other.clone()).complement()
    }

    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::new();
        let mut next = 0;
        for (low, high) in &self.0 {
            if next < *low {
                gaps.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= LAST {
            gaps.push((next, LAST));
        }
        Self(gaps)
    }
}
