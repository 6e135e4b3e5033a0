//! The cookie of a member's sign-in.

use inbox_types::limits::SIGN_IN_LIFE;

/// The cookie's name where the desk has TLS: browsers hold it to its host.
const SECURE_NAME: &str = "__Host-porchlight";
/// The cookie's name on plain `*.localhost`.
const PLAIN_NAME: &str = "porchlight";

fn name(secure: bool) -> &'static str {
    if secure { SECURE_NAME } else { PLAIN_NAME }
}

/// What a `Cookie` header carries for us.
#[must_use]
pub fn read(header: &str, secure: bool) -> Option<&str> {
    header.split(';').find_map(|it| {
        let (key, value) = it.trim().split_once('=')?;
        (key == name(secure)).then_some(value)
    })
}

/// The `Set-Cookie` header of a sign-in.
#[must_use]
pub fn set(value: &str, secure: bool) -> String {
    with_age(value, SIGN_IN_LIFE.0 / 1_000, secure)
}

/// The `Set-Cookie` header that takes it away.
#[must_use]
pub fn clear(secure: bool) -> String {
    with_age("", 0, secure)
}

fn with_age(value: &str, seconds: u64, secure: bool) -> String {
    let flag = if secure { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{flag}", name(secure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(read("a=b; porchlight=x.y; c=d", false), Some("x.y"));
        assert_eq!(read("a=b; xporchlight=x.y", false), None);
        assert_eq!(read("porchlight=x", true), None);
        assert_eq!(read("__Host-porchlight=x", true), Some("x"));
    }

    #[test]
    fn scripts_and_other_sites_never_see_it() {
        let header = set("x", true);
        assert_eq!(
            header,
            "__Host-porchlight=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=1209600; Secure"
        );
        assert!(clear(false).contains("Max-Age=0"));
    }
}
