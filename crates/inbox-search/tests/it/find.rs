//! What is found, by whom.

use inbox_core::permission::SessionFacts;
use inbox_search::{Line, Said, Writer};
use inbox_types::{
    AgentView, ContactDetails, Role, Seq, SessionState, Timestamp,
    limits::{SEARCH_LOOKS, SEARCH_ROWS},
};

use crate::stage::{MARCH, Stage, agent, card, feed, id, marked, member, owner, visitor};

#[test]
fn se1_se2_se6_what_was_said_is_found_in_every_language() {
    let stage = Stage::new();
    let said = [
        "Tôi muốn đổi hàng",
        "我想退貨，謝謝",
        "返品したいです",
        "ฉันต้องการคืนสินค้า",
        "أُريدُ إرجاعَ المُنتَج",
        "Хочу повернути товар, її колір не той",
        "I want my money back: order 12-345",
    ];
    let lines = said.iter().zip(1..).map(|(it, seq)| visitor(seq, it)).collect();
    stage.take(&feed("main-c1", card(), lines));
    for (raw, place) in [
        ("doi", 1),
        ("DOI HANG", 1),
        ("đổi", 1),
        ("退货", 2),
        ("退貨", 2),
        ("谢谢", 2),
        ("谢", 2),
        ("返品", 3),
        ("สินค้า", 4),
        ("ارجاع المنتج", 5),
        ("повернути товар", 6),
        ("колір", 6),
        ("Ії", 6),
        ("money", 7),
        ("mon", 7),
        ("12-345", 7),
        ("\"money back\"", 7),
    ] {
        assert_eq!(stage.finds(&owner(), raw), [format!("main-c1/{place}")], "{raw}");
    }
    for raw in ["oney", "\"back money\"", "退谢", "\"mon\"", "money 退货"] {
        assert!(stage.finds(&owner(), raw).is_empty(), "{raw}");
    }
}

#[test]
fn se6_what_is_known_of_a_contact_is_found_by_every_field() {
    let stage = Stage::new();
    let details = ContactDetails {
        name: Some(id("Nguyễn Thị Ánh")),
        email: Some(id("anh.nguyen@example.com")),
        phone: Some(id("+84 90 123 4567")),
        extra: Some(id("Customer K-778")),
        notes: Some(id("prefers mornings")),
        language: None,
    };
    let known = inbox_room::IndexCard {
        details,
        tags: vec![id("Key account")],
        topics: vec![id("t1")],
        ..card()
    };
    stage.take(&feed("main-c1", known, Vec::new()));
    stage.take(&feed("main-c2", card(), Vec::new()));
    for raw in [
        "nguyen",
        "anh.nguyen@example.com",
        "84901234567",
        "\"90 123\"",
        "K-778",
        "mornings",
        "\"key account\"",
        "tag:key",
        "tag:\"key account\"",
        "in:\"opening hours\"",
        "main-c1",
        "tag:key is:open in:sales",
        "nguyen tag:key",
    ] {
        assert_eq!(stage.finds(&owner(), raw), ["main-c1"], "{raw}");
    }
    for raw in ["tag:gold", "nguyen tag:gold", "in:support tag:key", "tag:key is:closed"] {
        assert!(stage.finds(&owner(), raw).is_empty(), "{raw}");
    }
    assert_eq!(stage.finds(&owner(), "in:sales"), ["main-c2", "main-c1"]);
    assert_eq!(stage.finds(&owner(), "in:shop is:unassigned").len(), 2);
}

#[test]
fn se4_operators_narrow_what_is_found() {
    let stage = Stage::new();
    let details = ContactDetails { name: Some(id("Anna Berg")), ..ContactDetails::default() };
    let file = Line {
        seq: Seq(3),
        at: Timestamp::from_millis(MARCH + 86_400_000),
        said: Some(Said {
            by: Writer::Visitor,
            note: false,
            text: None,
            files: vec!["Rechnung.pdf".into()],
        }),
    };
    let lines = vec![visitor(1, "the refund"), member(2, "ben", "a refund"), file];
    let closed = inbox_room::IndexCard { details, state: Some(SessionState::Closed), ..card() };
    stage.take(&feed("main-c1", closed, lines));
    for (raw, places) in [
        ("refund", vec!["main-c1/2", "main-c1/1"]),
        ("refund from:anna", vec!["main-c1/1"]),
        ("from:ben", vec!["main-c1/2"]),
        ("from:\"anna berg\"", vec!["main-c1/3", "main-c1/1"]),
        ("has:file", vec!["main-c1/3"]),
        ("rechnung", vec!["main-c1/3"]),
        ("refund has:file", vec![]),
        ("from:anna after:2026-03-02", vec!["main-c1/3"]),
        ("from:anna before:2026-03-02", vec!["main-c1/1"]),
        ("refund is:closed", vec!["main-c1/2", "main-c1/1"]),
        ("refund is:open", vec![]),
        ("refund is:purple", vec!["main-c1/2", "main-c1/1"]),
    ] {
        assert_eq!(stage.finds(&owner(), raw), places, "{raw}");
    }
    let page = stage.page(&owner(), "refund is:purple", None);
    assert_eq!((page.ignored, page.empty), (vec!["is:purple".to_owned()], false));
    assert!(stage.page(&owner(), "🙏 \"", None).empty);
}

#[test]
fn se3_no_query_fails() {
    let stage = Stage::new();
    stage.take(&feed("main-c1", card(), vec![visitor(1, "hello AND goodbye")]));
    let long =
        ["x".repeat(10_000), "a \"b".repeat(2_500), "退".repeat(10_000), "tag:a ".repeat(2_000)];
    let raws = [
        "\"",
        "*",
        "a* OR b",
        "NEAR(hello goodbye, 5)",
        "said:hello",
        "^hello",
        "-hello",
        "(",
        "{a b}:c",
        "hello\0",
        "'",
        "\u{202e}hello",
        "NOT",
        "AND",
        "tag:\"",
        "🙏",
        "a:b:c",
        "words MATCH 'x'",
        "%_",
    ];
    for raw in raws.into_iter().chain(long.iter().map(String::as_str)) {
        stage.page(&owner(), raw, None);
        stage.page(&owner(), raw, Some(u64::MAX));
    }
    assert_eq!(stage.finds(&owner(), "hello AND goodbye"), ["main-c1/1"]);
    assert_eq!(stage.finds(&owner(), "\u{202e}hello"), ["main-c1/1"]);
    assert!(stage.finds(&owner(), "hello OR goodbye").is_empty(), "OR is a word");
}

#[test]
fn se13_whoever_may_not_view_finds_nothing_and_counts_nothing() {
    let mut stage = Stage::new();
    stage.facts.settings.roles.agent_view = AgentView::Departments;
    // Fifty of support, of which the newest hide two of sales.
    for no in 0..50_u64 {
        let department = if no < 2 { "sales" } else { "support" };
        let facts = SessionFacts { department: Some(id(department)), ..SessionFacts::default() };
        let known = inbox_room::IndexCard { facts, ..card() };
        stage.take(&feed(&format!("main-c{no}"), known, vec![visitor(no + 1, "the secret")]));
    }
    let seller = agent("sam", Role::Agent, &["sales"]);
    assert_eq!(stage.finds(&seller, "secret"), ["main-c1/2", "main-c0/1"]);
    assert_eq!(stage.page(&seller, "secret", None).next, None);
    assert_eq!(stage.finds(&seller, "is:open").len(), 2);
    assert!(stage.finds(&agent("mia", Role::Marketer, &["sales"]), "secret").is_empty());
    assert_eq!(stage.finds(&owner(), "secret").len(), SEARCH_ROWS);
    // What is to be erased is hidden from everybody.
    let facts = SessionFacts { hidden: true, ..SessionFacts::default() };
    stage.take(&feed(
        "main-hidden",
        inbox_room::IndexCard { facts, ..card() },
        vec![visitor(1, "unmistakable")],
    ));
    assert!(stage.finds(&owner(), "unmistakable").is_empty());
    // Whoever takes part does, in whichever queue it is.
    let facts = SessionFacts {
        department: Some(id("support")),
        ever_joined: vec![id("sam")],
        ..SessionFacts::default()
    };
    stage.take(&feed(
        "main-part",
        inbox_room::IndexCard { facts, ..card() },
        vec![visitor(1, "unmistakable")],
    ));
    assert_eq!(stage.finds(&seller, "unmistakable"), ["main-part/1"]);
}

#[test]
fn se13_the_end_of_a_page_does_not_tell_when_a_hidden_line_was_said() {
    let mut stage = Stage::new();
    stage.facts.settings.roles.agent_view = AgentView::Departments;
    // So many of support that a page of sales ends among them, and one of sales below.
    let lines = |range: std::ops::RangeInclusive<u64>| range.map(|it| visitor(it, "secret"));
    let of = |department: &str| SessionFacts {
        department: Some(id(department)),
        ..SessionFacts::default()
    };
    stage.take(&feed(
        "main-mine",
        inbox_room::IndexCard { facts: of("sales"), ..card() },
        lines(1..=1).collect(),
    ));
    let hidden = inbox_room::IndexCard { facts: of("support"), ..card() };
    let end = 1_000 + SEARCH_LOOKS as u64;
    stage.take(&feed("main-theirs", hidden, lines(1_000..=end + 50).collect()));
    let seller = agent("sam", Role::Agent, &["sales"]);
    let next =
        stage.page(&seller, "secret", None).next.expect("the page ends before all is looked at");
    // 2020 began so many milliseconds after 1970.
    let says_when = |place: u64| {
        let at = 1_577_836_800_000 + place / 1_024;
        (MARCH..MARCH + 1_000 * (end + 60)).contains(&at)
    };
    assert!(!says_when(next), "an instant between the hidden lines");
    // By the same reader with the same words it leads on, and to nobody's line with others.
    let place = |page: inbox_protocol::http::SearchPage| {
        page.hits.into_iter().map(|it| it.conversation.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(place(stage.page(&seller, "secret", Some(next))), ["main-mine"]);
    let ends = [
        stage.page(&agent("tom", Role::Agent, &["sales"]), "secret", None).next,
        stage.page(&seller, "secret is:open", None).next,
    ];
    assert!(ends.iter().all(|it| it.is_some_and(|it| it != next)), "{ends:?}");
}

#[test]
fn se14_pages_go_on_where_they_ended_and_look_at_a_bounded_number_of_lines() {
    let mut read = Vec::new();
    for n_lines in [1_000_u64, 10_000] {
        let mut stage = Stage::new();
        stage.facts.settings.roles.agent_view = AgentView::Departments;
        // Of a hundred conversations with the word, one is of sales.
        for no in 0..n_lines / 10 {
            let department = if no % 100 == 0 { "sales" } else { "support" };
            let facts =
                SessionFacts { department: Some(id(department)), ..SessionFacts::default() };
            let lines = (1..=10).map(|seq| visitor(no * 10 + seq, "a common word")).collect();
            stage.take(&feed(
                &format!("main-c{no}"),
                inbox_room::IndexCard { facts, ..card() },
                lines,
            ));
        }
        let mut places = std::collections::BTreeSet::new();
        let mut ends = std::collections::BTreeSet::new();
        let (mut after, mut most) = (None, 0);
        let seller = agent("sam", Role::Agent, &["sales"]);
        loop {
            stage.index.sql().n_rows.set(0);
            let page = stage.page(&seller, "common", after);
            most = most.max(stage.index.sql().n_rows.get());
            assert!(page.hits.len() <= SEARCH_ROWS);
            for hit in page.hits {
                assert!(places.insert((hit.conversation, hit.place)), "on two pages");
            }
            match page.next {
                Some(next) => assert!(after.replace(next) != Some(next) && ends.insert(next)),
                None => break,
            }
        }
        assert_eq!(places.len() as u64, n_lines / 100);
        assert!(most <= SEARCH_LOOKS, "{most} rows for a page of {n_lines}");
        stage.index.sql().n_rows.set(0);
        assert_eq!(stage.finds(&owner(), "common").len(), SEARCH_ROWS);
        read.push(stage.index.sql().n_rows.get());
    }
    assert_eq!(read[0], read[1], "a first page costs the same, however much there is");
}

#[test]
fn se14_what_comes_or_goes_meanwhile_shifts_no_page() {
    let stage = Stage::new();
    let lines = |range: std::ops::RangeInclusive<u64>| {
        range.map(|seq| visitor(seq, "word")).collect::<Vec<_>>()
    };
    stage.take(&feed("main-c1", card(), lines(1..=60)));
    let first = stage.page(&owner(), "word", None);
    stage.take(&feed("main-c1", card(), lines(61..=70)));
    stage.index.erase(&id("main-none"), 2).unwrap();
    let second = stage.page(&owner(), "word", first.next);
    let place = |it: &inbox_protocol::http::SearchPage, at: usize| it.hits[at].place.unwrap().0;
    assert_eq!((place(&first, 0), place(&first, 24)), (60, 36));
    assert_eq!((place(&second, 0), place(&second, 24)), (35, 11));
    let third = stage.page(&owner(), "word", second.next);
    assert_eq!((third.hits.len(), third.next), (10, None));
    // The place of a line that is gone is a place.
    stage.index.erase(&id("main-c1"), 2).unwrap();
    assert!(stage.page(&owner(), "word", first.next).hits.is_empty());
}

#[test]
fn se15_se7_a_masked_reader_finds_by_what_is_shown_alone() {
    let stage = Stage::new();
    let details = ContactDetails {
        name: Some(id("Zoe Lind")),
        email: Some(id("anna.berg@example.com")),
        phone: Some(id("+44 20 7946 0958")),
        ..ContactDetails::default()
    };
    let known = inbox_room::IndexCard {
        site: id("main-clinic"),
        details,
        tags: vec![id("call 02079460958")],
        ..card()
    };
    let lines = vec![visitor(1, "My card is 4111 1111 1111 1111, mail to anna.berg@example.com")];
    stage.take(&feed("main-c1", known, lines));
    let reader = agent("sam", Role::Agent, &["sales"]);
    for raw in [
        "4111",
        "anna.berg",
        "\"anna berg example com\"",
        "442079460958",
        "tag:02079460958",
        "from:\"berg example\"",
    ] {
        assert!(!stage.finds(&owner(), raw).is_empty(), "{raw}");
        assert!(stage.finds(&reader, raw).is_empty(), "{raw}");
    }
    let hits = stage.page(&reader, "card example", None).hits;
    assert_eq!(hits.len(), 1);
    let shown = marked(&hits[0].snippet);
    assert!(shown.starts_with("My [card] is ") && shown.contains("[example]"), "{shown}");
    assert!(!shown.contains("4111 1111") && !shown.contains("anna.berg"), "{shown}");
    assert_eq!(hits[0].contact.as_deref(), Some("Zoe Lind"));
    assert_eq!(stage.finds(&reader, "\"Zoe Lind\""), ["main-c1"]);
}

/// Days that have broken programs: around what machines' integers hold.
#[test]
fn se30_every_row_of_digits_is_a_day_or_none() {
    let edges = [31, 32, 53, 63, 64].map(|power| 1_u128 << power);
    let edges = edges.iter().flat_map(|it| [it - 2, it - 1, *it, it + 1]);
    let numbers: Vec<String> = edges
        .map(|it| it.to_string())
        .chain(["0", "1", "12", "2026", "9999", "10000"].map(str::to_owned))
        .chain([20, 400].map(|it| "9".repeat(it)))
        .collect();
    let minutes = [i32::MIN, -1, 0, 1, i32::MAX];
    for (one, two) in numbers.iter().flat_map(|one| numbers.iter().map(move |two| (one, two))) {
        for day in [one.clone(), format!("{one}-{two}"), format!("2026-{one}-{two}")] {
            for east in minutes {
                // What counts is that it comes back.
                let _query = inbox_search::Query::parse(&format!("before:{day} after:{day}"), east);
            }
        }
    }
}
