//! What the platform bears in production. A local relay bears more, so it is asked here first,
//! and nothing works on a laptop that throws in production.

use thiserror::Error;

/// Parameters of one statement.
pub const PARAMETERS: usize = 100;
/// Bytes of one row.
pub const ROW_BYTES: usize = 2 * 1_000 * 1_000;
/// Bytes of one statement.
pub const STATEMENT_BYTES: usize = 100 * 1_000;
/// Bytes of what is attached to a socket, as the platform writes it down.
pub const ATTACHMENT_BYTES: usize = 16 * 1_024;

/// What the platform's own writing of a text takes beside the text.
const ATTACHMENT_HEAD: usize = 16;

/// Which limit was passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Beyond {
    /// More than [`PARAMETERS`].
    #[error("a statement has {0} parameters")]
    Parameters(usize),
    /// More than [`ROW_BYTES`].
    #[error("a row has {0} bytes")]
    Row(usize),
    /// More than [`STATEMENT_BYTES`].
    #[error("a statement has {0} bytes")]
    Statement(usize),
    /// More than [`ATTACHMENT_BYTES`].
    #[error("an attachment of a socket has {0} bytes")]
    Attachment(usize),
}

/// Whether a statement with so many parameters, of so many bytes together, is within the limits.
///
/// # Errors
///
/// Which limit it is beyond.
pub fn statement(statement: &str, n_parameters: usize, n_bytes: usize) -> Result<(), Beyond> {
    if PARAMETERS < n_parameters {
        Err(Beyond::Parameters(n_parameters))
    } else if STATEMENT_BYTES < statement.len() {
        Err(Beyond::Statement(statement.len()))
    } else if ROW_BYTES < n_bytes {
        Err(Beyond::Row(n_bytes))
    } else {
        Ok(())
    }
}

/// Whether a text can be attached to a socket.
///
/// # Errors
///
/// That it is too long.
pub fn attachment(text: &str) -> Result<(), Beyond> {
    // What is not in Latin-1 is written down in two bytes for each unit.
    let n_units = text.encode_utf16().count();
    let wide = text.chars().any(|it| 0xff < u32::from(it));
    let n_bytes = ATTACHMENT_HEAD + if wide { 2 * n_units } else { n_units };
    if ATTACHMENT_BYTES < n_bytes { Err(Beyond::Attachment(n_bytes)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_parameters_are_borne_and_one_more_is_not() {
        assert_eq!(statement("", 100, 0), Ok(()));
        assert_eq!(statement("", 101, 0), Err(Beyond::Parameters(101)));
    }

    #[test]
    fn a_row_of_two_megabytes_is_borne_and_one_byte_more_is_not() {
        assert_eq!(statement("", 1, 2_000_000), Ok(()));
        assert_eq!(statement("", 1, 2_000_001), Err(Beyond::Row(2_000_001)));
    }

    #[test]
    fn a_statement_of_a_hundred_kilobytes_is_borne_and_one_byte_more_is_not() {
        assert_eq!(statement(&" ".repeat(100_000), 0, 0), Ok(()));
        assert_eq!(statement(&" ".repeat(100_001), 0, 0), Err(Beyond::Statement(100_001)));
    }

    #[test]
    fn an_attachment_is_counted_as_it_is_written_down() {
        let room = ATTACHMENT_BYTES - ATTACHMENT_HEAD;
        assert_eq!(attachment(&"a".repeat(room)), Ok(()));
        assert_eq!(
            attachment(&"a".repeat(room + 1)),
            Err(Beyond::Attachment(ATTACHMENT_BYTES + 1))
        );
        assert_eq!(attachment(&"я".repeat(room / 2)), Ok(()));
        assert_eq!(
            attachment(&"я".repeat(room / 2 + 1)),
            Err(Beyond::Attachment(ATTACHMENT_BYTES + 2))
        );
    }
}
