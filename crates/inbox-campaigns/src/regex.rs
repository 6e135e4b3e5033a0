//! Regular expressions that cannot hang: a bounded machine made of each, which the loader runs.
//!
//! The machine is Thompson's: it goes through a text once, with all of its states at the same
//! time, so a step of it per character is the most that a character costs. What follows has no
//! tables of Unicode: `\w`, `\d`, `\s` and `\b` know ASCII, and letters count the same in both
//! cases because pattern and text are written in small ones.

mod class;
mod program;

use inbox_types::limits::REGEX_STEPS;
use regex_syntax::ast::{AssertionKind, ErrorKind};
use regex_syntax::ast::{
    Ast, Flag, Flags, FlagsItemKind, GroupKind, Repetition, RepetitionKind, RepetitionRange,
    parse::ParserBuilder,
};

use self::class::Set;
pub use self::program::Program;
pub(crate) use self::program::escaped;
use self::program::{Look, Step};

const NEST_LIMIT: u32 = 30;

/// Why a regular expression is none that we run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RegexError {
    /// It is no regular expression.
    #[error("{reason:?} at character {at}")]
    Syntax {
        reason: Reason,
        /// At which character, from 0.
        at: usize,
    },
    /// Its machine has too many steps.
    #[error("the machine has more than {REGEX_STEPS} steps")]
    TooLarge,
}

/// What is wrong with a regular expression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
// RX3
pub enum Reason {
    /// `(?=…)`, `(?!…)`, `(?<=…)` or `(?<!…)`.
    LookAround,
    /// `\1`.
    Reference,
    /// A class, a flag or an end of a word that the machine does not know.
    Unsupported,
    /// `(` without its `)`.
    GroupUnclosed,
    /// `)` without its `(`.
    GroupUnopened,
    /// `[` without its `]`.
    ClassUnclosed,
    /// `[z-a]`, or a range of more than characters.
    ClassRange,
    /// `*`, `+`, `?` or `{…}` behind nothing.
    NothingRepeated,
    /// `{3,1}`, `{`, `{x}`.
    Count,
    /// A backslash before what it has no meaning for, or at the end.
    Escape,
    /// Brackets within brackets within brackets.
    TooDeep,
    Other,
}

/// Makes the machine of a pattern.
///
/// # Errors
///
/// If the pattern is none that we run.
// RX1, RX2
pub fn compile(pattern: &str) -> Result<Program, RegexError> {
    let ast = ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(pattern).map_err(|it| {
        let before = pattern.get(..it.span().start.offset).unwrap_or(pattern);
        syntax(reason(it.kind()), before.chars().count())
    })?;
    let mut compiler = Compiler { pattern, steps: Vec::new() };
    compiler.emit(&ast)?;
    Ok(Program::new(compiler.steps))
}

fn syntax(reason: Reason, at: usize) -> RegexError {
    RegexError::Syntax { reason, at }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's own enum may grow")]
fn reason(kind: &ErrorKind) -> Reason {
    match kind {
        ErrorKind::UnsupportedLookAround => Reason::LookAround,
        ErrorKind::UnsupportedBackreference => Reason::Reference,
        ErrorKind::GroupUnclosed => Reason::GroupUnclosed,
        ErrorKind::GroupUnopened => Reason::GroupUnopened,
        ErrorKind::ClassUnclosed => Reason::ClassUnclosed,
        ErrorKind::ClassRangeInvalid | ErrorKind::ClassRangeLiteral => Reason::ClassRange,
        ErrorKind::RepetitionMissing => Reason::NothingRepeated,
        ErrorKind::RepetitionCountInvalid
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::RepetitionCountUnclosed
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => Reason::Count,
        ErrorKind::ClassEscapeInvalid
        | ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit
        | ErrorKind::EscapeUnexpectedEof
        | ErrorKind::EscapeUnrecognized => Reason::Escape,
        ErrorKind::NestLimitExceeded(_) => Reason::TooDeep,
        ErrorKind::FlagUnrecognized | ErrorKind::UnicodeClassInvalid => Reason::Unsupported,
        _ => Reason::Other,
    }
}

struct Compiler<'a> {
    pattern: &'a str,
    steps: Vec<Step>,
}

impl Compiler<'_> {
    fn push(&mut self, step: Step) -> Result<usize, RegexError> {
        if REGEX_STEPS <= self.steps.len() {
            return Err(RegexError::TooLarge);
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn emit(&mut self, ast: &Ast) -> Result<(), RegexError> {
        match ast {
            Ast::Empty(_) => Ok(()),
            Ast::Flags(it) => self.allow(&it.flags),
            Ast::Literal(it) => self.literal(it.c),
            Ast::Dot(_) => self.push(Step::Take(Set::any())).map(drop),
            Ast::Assertion(it) => {
                let look = match it.kind {
                    AssertionKind::StartLine | AssertionKind::StartText => Look::Start,
                    AssertionKind::EndLine | AssertionKind::EndText => Look::End,
                    AssertionKind::WordBoundary => Look::Boundary,
                    AssertionKind::NotWordBoundary => Look::NoBoundary,
                    AssertionKind::WordBoundaryStart
                    | AssertionKind::WordBoundaryEnd
                    | AssertionKind::WordBoundaryStartAngle
                    | AssertionKind::WordBoundaryEndAngle
                    | AssertionKind::WordBoundaryStartHalf
                    | AssertionKind::WordBoundaryEndHalf => {
                        return Err(self.unsupported(it.span.start.offset));
                    }
                };
                self.push(Step::Look(look)).map(drop)
            }
            Ast::ClassUnicode(it) => Err(self.unsupported(it.span.start.offset)),
            Ast::ClassPerl(it) => self.push(Step::Take(Set::perl(it))).map(drop),
            Ast::ClassBracketed(it) => {
                let set =
                    Set::bracketed(it).ok_or_else(|| self.unsupported(it.span.start.offset))?;
                self.push(Step::Take(set)).map(drop)
            }
            Ast::Repetition(it) => self.repetition(it),
            Ast::Group(it) => {
                if let GroupKind::NonCapturing(flags) = &it.kind {
                    self.allow(flags)?;
                }
                self.emit(&it.ast)
            }
            Ast::Alternation(it) => self.alternation(&it.asts),
            Ast::Concat(it) => it.asts.iter().try_for_each(|part| self.emit(part)),
        }
    }

    fn literal(&mut self, it: char) -> Result<(), RegexError> {
        it.to_lowercase().try_for_each(|small| self.push(Step::Take(Set::one(small))).map(drop))
    }

    /// Flags that are set anyway, or that change nothing about whether something is found.
    fn allow(&self, flags: &Flags) -> Result<(), RegexError> {
        let mut on = true;
        for item in &flags.items {
            let fine = match &item.kind {
                FlagsItemKind::Negation => {
                    on = false;
                    true
                }
                FlagsItemKind::Flag(Flag::CaseInsensitive | Flag::DotMatchesNewLine) => on,
                FlagsItemKind::Flag(Flag::SwapGreed | Flag::IgnoreWhitespace) => true,
                FlagsItemKind::Flag(Flag::MultiLine | Flag::Unicode | Flag::CRLF) => false,
            };
            if !fine {
                return Err(self.unsupported(item.span.start.offset));
            }
        }
        Ok(())
    }

    fn unsupported(&self, offset: usize) -> RegexError {
        let before = self.pattern.get(..offset).unwrap_or(self.pattern);
        syntax(Reason::Unsupported, before.chars().count())
    }

    fn repetition(&mut self, it: &Repetition) -> Result<(), RegexError> {
        match &it.op.kind {
            RepetitionKind::ZeroOrOne => self.times(&it.ast, 0, Some(1)),
            RepetitionKind::ZeroOrMore => self.times(&it.ast, 0, None),
            RepetitionKind::OneOrMore => self.times(&it.ast, 1, None),
            RepetitionKind::Range(range) => match *range {
                RepetitionRange::Exactly(n) => self.times(&it.ast, n, Some(n)),
                RepetitionRange::AtLeast(least) => self.times(&it.ast, least, None),
                RepetitionRange::Bounded(least, most) => self.times(&it.ast, least, Some(most)),
            },
        }
    }

    fn times(&mut self, ast: &Ast, least: u32, most: Option<u32>) -> Result<(), RegexError> {
        let mut repeated = None;
        for _ in 0..least {
            let before = self.steps.len();
            self.emit(ast)?;
            // What takes no step takes none however often.
            if before == self.steps.len() {
                return Ok(());
            }
            repeated = Some(before);
        }
        match (most, repeated) {
            (None, Some(start)) => {
                let split = self.push(Step::Split(0))?;
                self.aim(split, start);
            }
            (None, None) => {
                let split = self.push(Step::Split(0))?;
                self.emit(ast)?;
                let back = self.push(Step::Jump(0))?;
                self.aim(split, back + 1);
                self.aim(back, split);
            }
            (Some(most), _) => {
                let mut splits = Vec::new();
                for _ in least..most {
                    splits.push(self.push(Step::Split(0))?);
                    self.emit(ast)?;
                }
                let end = self.steps.len();
                for it in splits {
                    self.aim(it, end);
                }
            }
        }
        Ok(())
    }

    fn alternation(&mut self, asts: &[Ast]) -> Result<(), RegexError> {
        let Some((last, others)) = asts.split_last() else { return Ok(()) };
        let mut jumps = Vec::new();
        for it in others {
            let split = self.push(Step::Split(0))?;
            self.emit(it)?;
            jumps.push(self.push(Step::Jump(0))?);
            self.aim(split, self.steps.len());
        }
        self.emit(last)?;
        let end = self.steps.len();
        for it in jumps {
            self.aim(it, end);
        }
        Ok(())
    }

    /// Sets where a split or a jump leads to.
    fn aim(&mut self, from: usize, to: usize) {
        let Ok(way) = i32::try_from(to).and_then(|to| i32::try_from(from).map(|it| to - it)) else {
            return;
        };
        match self.steps.get_mut(from) {
            Some(Step::Split(it) | Step::Jump(it)) => *it = way,
            Some(Step::Take(_) | Step::Look(_)) | None => (),
        }
    }
}
