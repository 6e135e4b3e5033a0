//! What the platform bears in production. A local relay bears more, so it is asked here first,
//! and nothing works on a laptop that throws in production.
//!
//! Only what the relay uses is here. Of the platform's cryptography that is its random bytes:
//! passwords are hashed by the relay itself, so that no limit on PBKDF2 concerns them.

mod pattern;

use thiserror::Error;

/// Parameters of one statement.
pub const PARAMETERS: usize = 100;
/// Bytes of one row.
pub const ROW_BYTES: usize = inbox_host::sql::ROW_BYTES;
/// Bytes of one statement.
pub const STATEMENT_BYTES: usize = 100 * 1_000;
/// Bytes of a pattern of `LIKE` or `GLOB`.
pub const PATTERN_BYTES: usize = 50;
/// Random bytes that are asked for at once.
pub const RANDOM_BYTES: usize = 65_536;
/// Bytes of the name of a stored file.
pub const FILE_KEY_BYTES: usize = 1_024;
/// Bytes of what is noted beside a stored file.
pub const FILE_METADATA_BYTES: usize = 8_192;
/// Bytes of what is kept with a socket while its object sleeps, as the platform writes it down.
pub const SOCKET_STATE_BYTES: usize = 16 * 1_024;

/// What the platform's own writing of a text takes beside the text.
const SOCKET_STATE_HEAD: usize = 16;

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
    /// More than [`PATTERN_BYTES`].
    #[error("a pattern has {0} bytes")]
    Pattern(usize),
    /// A pattern that is put together in the statement, so that nobody can count its bytes.
    #[error("a pattern is neither a text nor a parameter")]
    HiddenPattern,
    /// More than [`FILE_KEY_BYTES`].
    #[error("the name of a stored file has {0} bytes")]
    FileKey(usize),
    /// More than [`FILE_METADATA_BYTES`].
    #[error("what is noted beside a stored file has {0} bytes")]
    FileMetadata(usize),
    /// More than [`SOCKET_STATE_BYTES`].
    #[error("an attachment of a socket has {0} bytes")]
    SocketState(usize),
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

/// Whether the patterns of a statement are within the limits; `text` knows its parameters.
///
/// # Errors
///
/// The first pattern that is too long, or that cannot be looked at.
pub fn patterns<'text>(
    statement: &str,
    text: impl Fn(usize) -> Option<&'text str>,
) -> Result<(), Beyond> {
    for found in pattern::of(statement) {
        let pattern = match found {
            Some(pattern::Pattern::Literal(literal)) => literal,
            Some(pattern::Pattern::Parameter(index)) => text(index).unwrap_or_default(),
            None => return Err(Beyond::HiddenPattern),
        };
        if PATTERN_BYTES < pattern.len() {
            return Err(Beyond::Pattern(pattern.len()));
        }
    }
    Ok(())
}

/// Whether so many random bytes can be asked for at once.
#[must_use]
pub const fn is_enough_randomness(n_bytes: usize) -> bool {
    n_bytes <= RANDOM_BYTES
}

/// Whether a file can be stored under this name, with this beside it.
///
/// # Errors
///
/// Which limit it is beyond.
pub fn stored_file(key: &str, metadata: &[&str]) -> Result<(), Beyond> {
    let n_bytes = metadata.iter().map(|it| it.len()).sum();
    if FILE_KEY_BYTES < key.len() {
        Err(Beyond::FileKey(key.len()))
    } else if FILE_METADATA_BYTES < n_bytes {
        Err(Beyond::FileMetadata(n_bytes))
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
    let n_bytes = SOCKET_STATE_HEAD + if wide { 2 * n_units } else { n_units };
    if SOCKET_STATE_BYTES < n_bytes { Err(Beyond::SocketState(n_bytes)) } else { Ok(()) }
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
    fn a_pattern_of_fifty_bytes_is_borne_and_one_byte_more_is_not() {
        let (fits, beyond) = ("x".repeat(50), "x".repeat(51));
        for statement in ["SELECT 1 FROM t WHERE a = ?1 AND b LIKE ?2", "SELECT ?, b GLOB ? FROM t"]
        {
            let with = |pattern: &str| {
                let parameters = [beyond.clone(), pattern.to_owned()];
                patterns(statement, |index| parameters.get(index).map(String::as_str))
            };
            assert_eq!(with(&fits), Ok(()), "{statement}");
            assert_eq!(with(&beyond), Err(Beyond::Pattern(51)), "{statement}");
        }
        let literal = |pattern: &str| patterns(&format!("SELECT b like '{pattern}'"), |_| None);
        assert_eq!(literal(&fits), Ok(()));
        assert_eq!(literal(&beyond), Err(Beyond::Pattern(51)));
    }

    #[test]
    fn a_pattern_that_is_put_together_in_the_statement_is_not_taken() {
        let joined = "SELECT 1 FROM t WHERE a LIKE '%' || ?1 || '%'";
        assert_eq!(patterns(joined, |_| Some("x")), Err(Beyond::HiddenPattern));
        assert_eq!(patterns("SELECT a LIKE b FROM t", |_| None), Err(Beyond::HiddenPattern));
    }

    #[test]
    fn words_that_only_look_like_a_pattern_are_none() {
        let quoted =
            format!("INSERT INTO likes (glob_at, a) VALUES ('it''s LIKE {}', ?)", "x".repeat(60));
        assert_eq!(patterns(&quoted, |_| None), Ok(()));
    }

    #[test]
    fn random_bytes_are_asked_for_64_kib_at_once_and_no_byte_more() {
        assert!(is_enough_randomness(65_536));
        assert!(!is_enough_randomness(65_537));
    }

    #[test]
    fn a_file_of_a_long_name_is_borne_and_one_of_a_longer_is_not() {
        assert_eq!(stored_file(&"k".repeat(1_024), &[]), Ok(()));
        assert_eq!(stored_file(&"k".repeat(1_025), &[]), Err(Beyond::FileKey(1_025)));
        let half = "m".repeat(4_096);
        assert_eq!(stored_file("k", &[&half, &half]), Ok(()));
        assert_eq!(stored_file("k", &[&half, &half, "m"]), Err(Beyond::FileMetadata(8_193)));
    }

    #[test]
    fn what_is_noted_of_a_file_with_the_longest_name_is_borne() {
        let name = "😀".repeat(255);
        let disposition =
            crate::attachments::disposition::disposition(inbox_types::MediaType::Other, &name);
        assert_eq!(stored_file("k", &["application/octet-stream", &disposition]), Ok(()));
    }

    #[test]
    fn an_attachment_is_counted_as_it_is_written_down() {
        let room = SOCKET_STATE_BYTES - SOCKET_STATE_HEAD;
        assert_eq!(attachment(&"a".repeat(room)), Ok(()));
        assert_eq!(
            attachment(&"a".repeat(room + 1)),
            Err(Beyond::SocketState(SOCKET_STATE_BYTES + 1))
        );
        assert_eq!(attachment(&"я".repeat(room / 2)), Ok(()));
        assert_eq!(
            attachment(&"я".repeat(room / 2 + 1)),
            Err(Beyond::SocketState(SOCKET_STATE_BYTES + 2))
        );
    }
}
