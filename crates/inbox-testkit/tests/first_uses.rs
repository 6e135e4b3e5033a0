//! First uses in parallel, by many seeds.

use inbox_testkit::FirstUses;

const N_SEEDS: u64 = 600;

#[test]
fn a_browser_is_one_visitor_who_has_said_everything_whatever_happens_first() {
    for seed in 0..N_SEEDS {
        if let Err(story) = FirstUses::new(seed, false).run() {
            panic!("seed {seed}: {story}");
        }
    }
}

#[test]
fn where_each_asks_for_itself_that_is_found() {
    let found = (0..200).filter(|seed| FirstUses::new(*seed, true).run().is_err()).count();
    assert!(50 < found, "{found} of 200");
}
