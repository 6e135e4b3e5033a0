//! The rules of `SPEC.md`, over tables of what may come.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use inbox_signing::{
    Headers, Received, SecretError, VerifyError, is_public_key, may_be_signed, private_key,
    public_key, secret, sign, verify,
};
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

/// The vector of those who wrote the standard.
const PRIVATE: &str =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
const PAIR_SIGNATURE: &str =
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

fn taken_by(key: &str, signature: &str, body: &str) -> Result<(), VerifyError> {
    let received = Received { id: ID, timestamp: TIME, signature };
    verify(&[key], received, body, NOW).map(|_| ())
}

fn bytes(signature: &str) -> Vec<u8> {
    STANDARD.decode(signature.strip_prefix("v1a,").unwrap()).unwrap()
}

#[test]
fn sw6_the_vector_of_a_pair_of_keys_is_signed_and_taken() {
    assert_eq!(sign(&[PRIVATE], ID, NOW, BODY).unwrap().signature, PAIR_SIGNATURE);
    assert_eq!(taken_by(PUBLIC, PAIR_SIGNATURE, BODY), Ok(()));
    let several = format!("v1,AAAA v1a,AAAA {PAIR_SIGNATURE}");
    assert_eq!(taken_by(PUBLIC, &several, BODY), Ok(()));
    let both = sign(&[SECRET, PRIVATE], ID, NOW, BODY).unwrap().signature;
    assert_eq!(both, format!("{SIGNATURE} {PAIR_SIGNATURE}"));
}

#[test]
fn sw6_a_signature_that_is_not_exactly_that_of_the_key_is_not_taken() {
    let wrong = Err(VerifyError::Signature);
    let good = bytes(PAIR_SIGNATURE);
    let with = |it: &[u8]| format!("v1a,{}", STANDARD.encode(it));
    // Every byte counts.
    for at in 0..good.len() {
        for bit in [1, 128] {
            let mut changed = good.clone();
            changed[at] ^= bit;
            assert_eq!(taken_by(PUBLIC, &with(&changed), BODY), wrong, "byte {at}");
        }
    }
    // The same number, one turn of the group further: another form of the same signature.
    let order = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (mut further, mut carry) = (good.clone(), 0_u16);
    for (byte, add) in further[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + add + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    let zeros = [0; 64];
    // The neutral element and nothing: it would fit every message of a key of a small order.
    let neutral = [&[1][..], &zeros[1..]].concat();
    let (first, second) = good.split_at(32);
    let bare = PAIR_SIGNATURE.strip_prefix("v1a,").unwrap();
    let signatures = [
        with(&further),
        with(&zeros),
        with(&neutral),
        with(&[0xff; 64]),
        with(&[second, first].concat()),
        with(first),
        with(&good[..63]),
        with(&[&good[..], &[0]].concat()),
        with(&[]),
        "v1a,".to_owned(),
        bare.to_owned(),
        format!("v1,{bare}"),
        format!("v1b,{bare}"),
        format!("v1a, {bare}"),
        PAIR_SIGNATURE.trim_end_matches('=').to_owned(),
        format!("{PAIR_SIGNATURE}="),
        format!("{PAIR_SIGNATURE}AAAA"),
        PAIR_SIGNATURE.replace("BAg==", "BAh=="),
        PAIR_SIGNATURE.replace('/', "_").replace('+', "-"),
    ];
    for signature in signatures {
        assert_eq!(taken_by(PUBLIC, &signature, BODY), wrong, "{signature}");
    }
    for body in ["", "{}", &format!("{BODY} ")] {
        assert_eq!(taken_by(PUBLIC, PAIR_SIGNATURE, body), wrong, "{body}");
    }
    let other = public_key(&secret(&[4; 32])).unwrap();
    assert_eq!(taken_by(&other, PAIR_SIGNATURE, BODY), wrong, "another key");
    // A key of a small order takes nothing, whatever is given.
    for small in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        let key = format!("whpk_{}", STANDARD.encode(small));
        for signature in [with(&zeros), with(&neutral), PAIR_SIGNATURE.to_owned()] {
            assert_eq!(taken_by(&key, &signature, BODY), wrong, "{small:?}");
        }
    }
}

#[test]
fn sw6_a_key_is_whole_and_its_halves_belong_together() {
    assert!(is_public_key(PUBLIC));
    let half = PUBLIC.replace("whpk_", "whsk_");
    let unlike = format!("whsk_{}", STANDARD.encode([[7; 32], [9; 32]].concat()));
    for none in ["whsk_", "whsk_?", &half, &unlike, PUBLIC] {
        assert_eq!(sign(&[none], ID, NOW, BODY), Err(SecretError), "{none}");
    }
    for none in ["", "whpk_", "whpk_AAAA", PRIVATE, SECRET, &PUBLIC[5..]] {
        assert!(!is_public_key(none), "{none}");
    }
}

#[test]
fn sw7_what_everybody_may_know_is_no_secret() {
    let wrong = Err(VerifyError::Signature);
    // The public key taken for a secret that both sides have: whoever knows it could sign.
    let as_secret = PUBLIC.replace("whpk_", "whsec_");
    let forged = sign(&[&as_secret], ID, NOW, BODY).unwrap().signature;
    assert_eq!(taken_by(PUBLIC, &forged, BODY), wrong);
    assert_eq!(taken_by(PUBLIC, &forged.replace("v1,", "v1a,"), BODY), wrong);
    assert_eq!(taken_by(SECRET, PAIR_SIGNATURE, BODY), wrong);
    assert_eq!(taken_by(PRIVATE, PAIR_SIGNATURE, BODY), wrong, "what signs checks nothing");
}

#[test]
fn sw8_each_secret_has_a_pair_of_keys_of_its_own() {
    let (one, two) = (secret(&[1; 32]), secret(&[2; 32]));
    let private = private_key(&one).unwrap();
    let public = public_key(&one).unwrap();
    assert!(private.starts_with("whsk_") && is_public_key(&public));
    assert_ne!(public, public_key(&two).unwrap());
    assert_eq!(private_key(&one).unwrap(), private, "it is the same every time");
    let signed = sign(&[&private], ID, NOW, BODY).unwrap();
    assert_eq!(taken_by(&public, &signed.signature, BODY), Ok(()));
    assert_eq!(private_key(PUBLIC), Err(SecretError));
    assert_eq!(public_key("whsec_"), Err(SecretError));
}

#[test]
fn sw9_what_cannot_be_signed_is_seen_without_a_secret() {
    let may = |id: &str, timestamp: &str, signature: &str| {
        may_be_signed(Received { id, timestamp, signature }, NOW).map(drop)
    };
    for signature in [SIGNATURE, PAIR_SIGNATURE, &format!("v9,x {SIGNATURE}")] {
        assert_eq!(may(ID, TIME, signature), Ok(()), "{signature:?}");
    }
    let wrong = format!("v1,{}=", "A".repeat(43));
    assert_eq!(may(ID, TIME, &wrong), Ok(()), "only a secret tells that it is another one's");
    for (id, timestamp, signature, error) in [
        ("", TIME, SIGNATURE, VerifyError::Id),
        ("a.b", TIME, SIGNATURE, VerifyError::Id),
        (ID, "", SIGNATURE, VerifyError::Time),
        (ID, "soon", SIGNATURE, VerifyError::Time),
        (ID, "1614265000", SIGNATURE, VerifyError::Stale),
        (ID, TIME, "", VerifyError::Signature),
        (ID, TIME, "v1,AAAA", VerifyError::Signature),
        (ID, TIME, "v1a,AAAA", VerifyError::Signature),
        (ID, TIME, "v1,*", VerifyError::Signature),
        (ID, TIME, &format!("v2{}", &SIGNATURE[2..]), VerifyError::Signature),
        (ID, TIME, &format!("{}{SIGNATURE}", "v1,AAAA ".repeat(8)), VerifyError::Signature),
    ] {
        assert_eq!(may(id, timestamp, signature), Err(error), "{id:?} {timestamp:?} {signature:?}");
    }
}

#[test]
fn sw10_so_many_signatures_with_a_private_key_are_checked_and_no_more() {
    let other = format!("v1a,{}", STANDARD.encode([1; 64]));
    for (n_before, taken) in [(0, true), (1, true), (2, false), (7, false)] {
        let signatures = format!("{}{PAIR_SIGNATURE}", format!("{other} ").repeat(n_before));
        assert_eq!(taken_by(PUBLIC, &signatures, BODY).is_ok(), taken, "{n_before}");
    }
    // Those of a form that is none, and those with a secret, are not counted with them.
    let others = format!("v1a,AAAA {SIGNATURE} v1a,AAAA {other} {PAIR_SIGNATURE}");
    assert_eq!(taken_by(PUBLIC, &others, BODY), Ok(()));
    let behind = format!("{}{SIGNATURE}", format!("{other} ").repeat(7));
    assert_eq!(taken(ID, TIME, &behind, BODY), Ok(()));
}
