//! The rules of `SPEC.md`, over tables of what may come.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_signing::{Headers, Received, SecretError, VerifyError, secret, sign, verify};
use inbox_types::Timestamp;

/// The specification's own vector.
const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME: &str = "1614265330";
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const NOW: Timestamp = Timestamp::from_millis(1_614_265_330_000);

fn taken(id: &str, timestamp: &str, signature: &str, body: &str) -> Result<(), VerifyError> {
    verify(&[SECRET], Received { id, timestamp, signature }, body, NOW).map(|_| ())
}

#[test]
fn sw1_the_specifications_vector_is_signed_and_taken() {
    let signed = sign(&[SECRET], ID, NOW, BODY).unwrap();
    let expected =
        Headers { id: ID.to_owned(), timestamp: TIME.to_owned(), signature: SIGNATURE.to_owned() };
    assert_eq!(signed, expected);
    assert_eq!(taken(ID, TIME, SIGNATURE, BODY), Ok(()));
    let prefixed = format!("whsec_{SECRET}");
    assert_eq!(sign(&[&prefixed], ID, NOW, BODY).unwrap(), expected);
}

#[test]
fn sw2_what_was_not_signed_is_not_taken() {
    let bare = SIGNATURE.strip_prefix("v1,").unwrap();
    let unpadded = SIGNATURE.trim_end_matches('=').to_owned();
    let cut = |n: usize| SIGNATURE[..SIGNATURE.len() - n].to_owned();
    let signatures = [
        String::new(),
        "v1,".to_owned(),
        "v1".to_owned(),
        bare.to_owned(),
        format!("v1a,{bare}"),
        format!("v2,{bare}"),
        format!("V1,{bare}"),
        format!("v1, {bare}"),
        format!("v1={bare}"),
        unpadded.clone(),
        format!("{SIGNATURE}="),
        format!("{unpadded}=="),
        format!("{SIGNATURE}AAAA"),
        cut(4),
        cut(20),
        format!("v1,{}", bare.to_lowercase()),
        // The same bits in the other alphabet, and other bits where none count.
        SIGNATURE.replace('/', "_").replace('+', "-"),
        SIGNATURE.replace("1OE=", "1OF="),
        format!("v1,{}", "A".repeat(43) + "="),
        format!("\t{SIGNATURE}"),
        SIGNATURE.replace(',', ",,"),
        format!("{SIGNATURE},{SIGNATURE}"),
        "v1,".repeat(1_000),
    ];
    for signature in signatures {
        assert_eq!(taken(ID, TIME, &signature, BODY), Err(VerifyError::Signature), "{signature}");
    }
    for body in ["", "{}", r#"{"test": 2432232315}"#, r#"{"test":2432232314}"#, &format!("{BODY} ")]
    {
        assert_eq!(taken(ID, TIME, SIGNATURE, body), Err(VerifyError::Signature), "{body}");
    }
    // Nothing can go from one part to the next.
    let (shorter, dotted) = ("msg_p5jXN8AQM9LWM0D4loKWxJe", format!("{TIME}.{BODY}"));
    assert_eq!(taken(shorter, TIME, SIGNATURE, BODY), Err(VerifyError::Signature));
    assert_eq!(taken(ID, "1614265331", SIGNATURE, BODY), Err(VerifyError::Signature));
    assert_eq!(taken(ID, TIME, SIGNATURE, &dotted), Err(VerifyError::Signature));
}

#[test]
fn sw2_every_letter_of_a_signature_counts() {
    for at in 3..SIGNATURE.len() {
        for letter in ['A', 'b', '+', '='] {
            let mut changed: Vec<char> = SIGNATURE.chars().collect();
            if changed[at] == letter {
                continue;
            }
            changed[at] = letter;
            let changed: String = changed.into_iter().collect();
            assert_eq!(taken(ID, TIME, &changed, BODY), Err(VerifyError::Signature), "{changed}");
        }
    }
}

#[test]
fn sw2_one_signature_of_one_secret_is_enough_and_eight_are_looked_at() {
    let (old, new, other) = (secret(&[1; 32]), secret(&[2; 32]), secret(&[3; 32]));
    let received = |secrets: &[&str], by: &[&str]| {
        let signed = sign(by, ID, NOW, BODY).unwrap();
        let Headers { id, timestamp, signature } = &signed;
        verify(secrets, Received { id, timestamp, signature }, BODY, NOW).map(|_| ())
    };
    let wrong = Err(VerifyError::Signature);
    assert_eq!(received(&[&new, &old], &[&old]), Ok(()));
    assert_eq!(received(&[&new, &old], &[&new]), Ok(()));
    assert_eq!(received(&[&new], &[&old, &new]), Ok(()));
    assert_eq!(received(&[&new], &[&old]), wrong);
    assert_eq!(received(&[], &[&old]), wrong);
    assert_eq!(received(&["nonsense", &new], &[&other, &new]), Ok(()));
    for (n, expected) in [(7, Ok(())), (8, wrong)] {
        let list = format!("{}{SIGNATURE}", "v1a,AAAA ".repeat(n));
        assert_eq!(taken(ID, TIME, &list, BODY), expected, "{n} before it");
    }
}

#[test]
fn sw3_a_message_is_of_now() {
    for (timestamp, expected) in [
        ("", VerifyError::Time),
        ("now", VerifyError::Time),
        ("+1614265330", VerifyError::Time),
        ("-1614265330", VerifyError::Time),
        ("1614265330.0", VerifyError::Time),
        (" 1614265330", VerifyError::Time),
        ("0x6037bcf2", VerifyError::Time),
        ("99999999999999999999999999", VerifyError::Time),
        ("18446744073709551615", VerifyError::Stale),
        ("0", VerifyError::Stale),
        // Milliseconds.
        ("1614265330000", VerifyError::Stale),
        ("1614265029", VerifyError::Stale),
        ("1614265631", VerifyError::Stale),
    ] {
        assert_eq!(taken(ID, timestamp, SIGNATURE, BODY), Err(expected), "{timestamp:?}");
    }
    for seconds in [1_614_265_030_u64, 1_614_265_330, 1_614_265_630] {
        let sent = Timestamp::from_millis(seconds * 1_000);
        let Headers { id, timestamp, signature } = sign(&[SECRET], ID, sent, BODY).unwrap();
        assert_eq!(taken(&id, &timestamp, &signature, BODY), Ok(()), "{seconds}");
    }
}

#[test]
fn sw4_an_id_is_one() {
    let long = "x".repeat(65);
    for id in ["", "a.b", "a b", "é", "a/b", "\0", &long] {
        let signed = sign(&[SECRET], id, NOW, BODY).unwrap();
        assert_eq!(taken(id, TIME, &signed.signature, BODY), Err(VerifyError::Id), "{id:?}");
    }
    let most = "x".repeat(64);
    let signed = sign(&[SECRET], &most, NOW, BODY).unwrap();
    assert_eq!(taken(&most, TIME, &signed.signature, BODY), Ok(()));
}

#[test]
fn sw5_a_secret_is_long_enough_and_base64() {
    assert!(secret(&[7; 32]).starts_with("whsec_"));
    for none in ["", "whsec_", "whsec_?", "whsec_c2hvcnQ=", "whsec_", &"A".repeat(88)] {
        assert_eq!(sign(&[none], ID, NOW, BODY), Err(SecretError), "{none}");
    }
}

#[test]
fn sw1_the_standards_own_library_takes_what_is_signed_and_is_taken() {
    let secret = secret(&[9; 32]);
    let theirs = standardwebhooks::Webhook::new(&secret).unwrap();
    // Their library knows no other time than now.
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Timestamp::from_millis(since.as_secs() * 1_000);
    let ours = sign(&[&secret], ID, now, BODY).unwrap();
    let mut headers = http::HeaderMap::new();
    headers.insert("webhook-id", ours.id.parse().unwrap());
    headers.insert("webhook-timestamp", ours.timestamp.parse().unwrap());
    headers.insert("webhook-signature", ours.signature.parse().unwrap());
    theirs.verify(BODY.as_bytes(), &headers).unwrap();
    let seconds = i64::try_from(since.as_secs()).unwrap();
    let signature = theirs.sign(ID, seconds, BODY.as_bytes()).unwrap();
    assert_eq!(signature, ours.signature);
}
