//! A conversation of 50,000 events costs what one of 500 costs: to wake, to resume, to write.

use inbox_testkit::LongConversation;
use inbox_types::{Place, limits};

const SHORT: u64 = 500;
const LONG: u64 = 50_000;

#[test]
fn a_long_conversation_costs_what_a_short_one_costs() {
    let (mut short, mut long) = (LongConversation::of(SHORT), LongConversation::of(LONG));
    let most = usize::try_from(limits::CHECKPOINT_EVENTS).expect("a small number");
    for it in [&mut short, &mut long] {
        assert!(it.wake() < most, "waking reads the checkpoint and a tail");
        it.post();
    }
    assert_eq!(short.n_rows, long.n_rows, "to write reads the same rows");

    // Numbers grow by some digits, and a part of the fold by what may be remembered of it.
    let (light, heavy) = (short.weight(), long.weight());
    println!(
        "{SHORT} and {LONG} events: {light} and {heavy} bytes of state, {} and {} rows to write",
        short.n_rows, long.n_rows
    );
    assert!(heavy < light + light / 10, "a room of {light} bytes grew to {heavy}");

    for it in [&mut short, &mut long] {
        it.hello(None);
        let head = it.head();
        let page = it.pages().concat();
        assert_eq!(page.last(), Some(&head), "the newest page comes first");
        assert_eq!(page.len(), limits::PAGE_ENTRIES);
        assert!(it.n_rows < 2 * limits::PAGE_ENTRIES, "{} rows for a page", it.n_rows);
        let before = page[0];
        it.history(before);
        let page = it.pages().concat();
        assert_eq!(page.last().map(|it| it.next()), Some(before), "then the one before it");
        assert!(it.n_rows < 2 * limits::PAGE_ENTRIES, "{} rows for a page", it.n_rows);
    }

    // Whoever was away for three lines is told three lines.
    let head = long.head();
    long.hello(Some(Place(head.0 - 3)));
    assert_eq!(long.pages().concat().len(), 3);
    assert!(long.n_rows < limits::PAGE_ENTRIES, "{} rows for three lines", long.n_rows);
}
