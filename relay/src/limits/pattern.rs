//! Where the patterns of `LIKE` and `GLOB` stand in a statement. It knows just enough of SQL not to
//! take a text for a word.

/// What stands after `LIKE` or `GLOB`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pattern<'sql> {
    /// A text in the statement.
    Literal(&'sql str),
    /// A parameter, counted from 0.
    Parameter(usize),
}

/// What a statement is made of, as far as patterns go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'sql> {
    Word(&'sql str),
    Text(&'sql str),
    Parameter(usize),
    Join,
    Sign,
}

/// Every pattern; none for one that is put together of several things, or is a column.
pub(super) fn of(statement: &str) -> Vec<Option<Pattern<'_>>> {
    let tokens = tokens(statement);
    let mut patterns = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        if word.eq_ignore_ascii_case("like") || word.eq_ignore_ascii_case("glob") {
            let stands_alone = tokens.get(at + 2) != Some(&Token::Join);
            patterns.push(match tokens.get(at + 1) {
                Some(Token::Text(text)) if stands_alone => Some(Pattern::Literal(text)),
                Some(Token::Parameter(index)) if stands_alone => Some(Pattern::Parameter(*index)),
                Some(_) | None => None,
            });
        }
    }
    patterns
}

fn tokens(statement: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut n_unnumbered = 0;
    let mut rest = statement.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first == '\'' {
            let length = text_length(rest);
            (Token::Text(rest.get(1..length - 1).unwrap_or_default()), length)
        } else if let Some(digits) = rest.strip_prefix('?') {
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            let index: usize = digits[..length].parse().unwrap_or_else(|_| {
                n_unnumbered += 1;
                n_unnumbered
            });
            (Token::Parameter(index.saturating_sub(1)), 1 + length)
        } else if rest.starts_with("||") {
            (Token::Join, 2)
        } else if is_of_a_word(first) {
            let length = rest.find(|it| !is_of_a_word(it)).unwrap_or(rest.len());
            (Token::Word(&rest[..length]), length)
        } else {
            (Token::Sign, first.len_utf8())
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    tokens
}

fn is_of_a_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

/// Bytes of the text that `sql` begins with, quotation marks included; a doubled one ends nothing.
fn text_length(sql: &str) -> usize {
    let mut marks = sql.match_indices('\'').map(|(at, _)| at).skip(1).peekable();
    while let Some(mark) = marks.next() {
        if marks.peek() == Some(&(mark + 1)) {
            marks.next();
        } else {
            return mark + 1;
        }
    }
    sql.len()
}
