//! The checker sees: each planted bug is found, and called by its name.

use inbox_testkit::{Invariant, Planted, World};

/// A bug that is not found in so many worlds would not be found.
const N_SEEDS: u64 = 40;
const N_STEPS: u64 = 200;

#[test]
fn an_acknowledgement_before_the_write_is_found() {
    check(Planted::AcknowledgeBeforeWrite, &[Invariant::I1, Invariant::I6]);
}

#[test]
fn a_missing_dedupe_is_found() {
    check(Planted::NoDedupe, &[Invariant::I2]);
}

#[test]
fn a_resume_that_begins_one_too_late_is_found() {
    check(Planted::ResumeOffByOne, &[Invariant::I3]);
}

#[test]
fn telling_before_hello_is_found() {
    check(Planted::TellBeforeHello, &[Invariant::A10]);
}

#[test]
fn a_note_in_a_visitors_frame_is_found() {
    check(Planted::NoteToVisitor, &[Invariant::A5, Invariant::A10]);
}

#[test]
fn a_torn_write_is_found() {
    check(Planted::TornBatch, &[Invariant::I1, Invariant::I3, Invariant::I6]);
}

#[test]
fn a_frame_for_another_conversation_is_found() {
    check(Planted::WrongRoom, &[Invariant::I3, Invariant::I6]);
}

#[test]
fn a_reload_that_forgets_is_found() {
    check(Planted::ForgetUnsent, &[Invariant::I5]);
}

#[test]
fn an_entry_that_is_not_told_is_found() {
    check(Planted::LoseEntry, &[Invariant::I3]);
}

#[test]
fn every_bug_has_a_test() {
    let tests = include_str!("planted.rs");
    for planted in Planted::ALL {
        assert!(tests.contains(&format!("check(Planted::{planted:?}")), "{planted:?}");
    }
}

/// In most worlds something is found, and what is found first is what the bug breaks.
#[track_caller]
fn check(planted: Planted, expected: &[Invariant]) {
    let found = |seed| World::with_bug(seed, planted).run(N_STEPS).err();
    let violations: Vec<_> = (0..N_SEEDS).filter_map(found).collect();
    assert!(!violations.is_empty(), "{planted:?} was not found in {N_SEEDS} worlds");
    for violation in violations {
        assert!(expected.contains(&violation.invariant), "{planted:?} was found as {violation}");
    }
}
