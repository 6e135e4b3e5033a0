//! M6 to M8: cards, accounts and social security numbers.

use inbox_core::masking;

use crate::masking::hides;

#[test]
fn m6_cards_keep_their_last_four_digits() {
    hides("my card 4111 1111 1111 1111", "my card ************1111");
    hides("4111-1111-1111-1111", "***************1111");
    hides("4111111111111111", "************1111");
    hides("378282246310005 amex", "***********0005 amex");
    hides("6304000000000000000", "***************0000");
    hides("card 4111 1111 1111 1111 12/27 123", "card ************1111 12/27 123");
}

#[test]
fn m6_a_number_that_is_no_card_is_not_taken_for_one() {
    hides("tracking 4111111111111112", "tracking 4111111111111112");
    hides("41111111111111111111111", "41111111111111111111111");
}

#[test]
fn m7_accounts_keep_their_last_four_characters() {
    hides("IBAN GB82 WEST 1234 5698 7654 32 please", "IBAN ******************5432 please");
    hides("DE89370400440532013000", "******************3000");
    hides("ua213223130000026007233566001", "*************************6001");
    hides("no GB82 WEST 1234 5698 7654 33", "no GB82 WEST **********5433");
}

#[test]
fn m7_an_account_glued_to_what_stands_beside_it() {
    const ACCOUNTS: [&str; 4] = [
        "DE89370400440532013000",
        "GB82WEST12345698765432",
        "UA213223130000026007233566001",
        "NL91ABNA0417164300",
    ];
    for account in ACCOUNTS {
        let small = account.to_lowercase();
        for it in [account, &small] {
            let (head, end) = it.split_at(it.len() - 4);
            let hidden = format!("{}{end}", "*".repeat(head.len()));
            for before in ["", "is", "IBAN", "iban:", "to7", "x", "€ ", "é"] {
                for behind in ["", "BIC COBADEFF", "eur", "100€", "x", "_", " 5 eur", "é"] {
                    hides(&format!("{before}{it}{behind}"), &format!("{before}{hidden}{behind}"));
                }
            }
            let groups: Vec<&str> =
                (0..it.len()).step_by(4).map(|at| &it[at..it.len().min(at + 4)]).collect();
            for joint in
                ["x", "X", " x ", " dash ", "-dash-", " gạch ngang ", " тире ", "空格", "х"]
            {
                let raw = format!("to {}", groups.join(joint));
                let masked = masking::text(&raw);
                let n_shown = masked[3..].chars().filter(char::is_ascii_digit).count();
                assert!(n_shown <= 4 && masked.starts_with("to *"), "{raw}: {masked}");
            }
        }
    }
    for plain in ["DE89370400440532013001", "BIC COBADEFF", "is a dash", "order AB12CD34EF56GH"] {
        assert!(!masking::text(plain).starts_with("DE**") && !masking::text(plain).contains("**H"));
    }
}

/// The ways to write the four characters with which an account begins apart from each other.
const HEADS: [[usize; 4]; 7] =
    [[2, 4, 4, 4], [1, 2, 3, 4], [1, 4, 4, 4], [3, 4, 4, 4], [1, 2, 4, 4], [2, 3, 4, 4], [4; 4]];

#[test]
fn m7_an_account_whose_beginning_is_written_apart() {
    let mut told = Vec::new();
    for account in ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"] {
        let small = account.to_lowercase();
        for (head, account) in HEADS.iter().flat_map(|it| [(it, account), (it, small.as_str())]) {
            for joint in [
                " ",
                "  ",
                ".",
                "-",
                " - ",
                "/",
                ", ",
                ":",
                "_",
                "|",
                "*",
                "\n",
                "\u{a0}",
                "...",
                "(",
                ") ",
                "=",
                "\u{200b}",
                "%20",
                "&nbsp;",
                "<br>",
                " dash ",
                "-dash-",
                " тире ",
                "空格",
                "x",
                " x ",
                "и",
                "😀",
            ] {
                // All of it is written so, or its beginning alone.
                for (width, inner) in [(1, joint), (2, joint), (4, joint), (4, " "), (40, "")] {
                    let mut parts: Vec<&str> = Vec::new();
                    let mut from = 0;
                    for end in head.iter().copied().filter(|it| *it <= 4) {
                        if from < end {
                            parts.push(&account[from..end]);
                        }
                        from = from.max(end);
                    }
                    let rest: Vec<&str> = (4..account.len())
                        .step_by(width)
                        .map(|at| &account[at..account.len().min(at + width)])
                        .collect();
                    let written = format!("{}{joint}{}", parts.join(joint), rest.join(inner));
                    for (before, behind) in [
                        ("", ""),
                        ("it is ", " please"),
                        ("IBAN:", ", ok?"),
                        ("to ", " EUR 5"),
                        ("€", "100€"),
                    ] {
                        let raw = format!("{before}{written}{behind}");
                        let masked = masking::text(&raw);
                        let n_digits = |it: &str| it.chars().filter(char::is_ascii_digit).count();
                        if 4 + n_digits(before) + n_digits(behind) < n_digits(&masked) {
                            told.push(format!("{raw:?} became {masked:?}"));
                        }
                    }
                }
            }
        }
    }
    assert!(told.is_empty(), "{} tell:\n{}", told.len(), told.join("\n"));
}

#[test]
fn m8_social_security_numbers_keep_their_last_four_digits() {
    hides("ssn 123-45-6789", "ssn *******6789");
    hides("123-456-789", "*******-789");
}

#[test]
fn m6_cards_and_accounts_however_they_are_written() {
    hides("4111/1111/1111/1111", "***************1111");
    hides("4111%201111%201111%201111", "************1111");
    hides("GB82_WEST_1234_5698_7654_32", "***********************4_32");
    hides("GB82%2520WEST%25201234%25205698%25207654%252032", "******************5432");
    hides("ＧＢ８２ＷＥＳＴ１２３４５６９８７６５４３２", "******************５４３２");
}
