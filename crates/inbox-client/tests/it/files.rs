//! CL37 to CL39: lines that wait for their files.

use inbox_client::{Failure, Frame, Input, Output, SavedMessage};
use inbox_protocol::{Refusal, VisitorBody};
use inbox_types::{Millis, Timestamp};

use crate::{
    rules::NOTHING,
    tab::{Tab, draft, draft_with, file, id, mine},
};

pub(crate) fn kept_by(tab: u32, name: &str, since: u64) -> SavedMessage {
    let since = Timestamp::from_millis(since + 1_000_000);
    SavedMessage { client_id: id(name), tab, since, draft: draft(name), failed: None }
}

pub(crate) fn kept(outputs: &[Output]) -> Vec<SavedMessage> {
    let kept = outputs.iter().filter_map(|it| match it {
        Output::Keep(kept) => Some(kept.clone()),
        Output::Call(_)
        | Output::Say(_)
        | Output::Forget(_)
        | Output::Arrived { .. }
        | Output::Erased
        | Output::Unfinished(_) => None,
    });
    kept.collect()
}

fn stored(upload: &str, name: &str) -> Input<VisitorBody> {
    Input::Stored { upload: upload.parse().unwrap(), file: file(name) }
}

#[test]
fn cl37_a_line_is_said_once_its_files_are_stored_and_later_lines_wait_for_it() {
    let mut tab = Tab::live(Vec::new());
    let draft = draft_with("a", &["up-1", "f2", "up-3"], &["up-1", "up-3"]);
    assert_eq!(tab.does(Input::Wrote { client_id: id("a"), draft }), ["keep a"]);
    assert_eq!(tab.writes("b"), ["keep b"]);
    assert_eq!(tab.does(stored("up-3", "f3")), ["keep a"]);
    assert_eq!(tab.does(stored("up-9", "f9")), NOTHING);
    // Nothing is due at once, or the page would turn round and round while it uploads.
    assert!(tab.now.after(Millis::seconds(1)) < tab.client.due().unwrap());
    let said = tab.does(stored("up-1", "f1"));
    assert_eq!(said, ["keep a", "post a with f1 with f2 with f3", "post b"]);
}

#[test]
fn cl37_a_file_that_will_not_be_stored_fails_its_line_and_no_other() {
    let mut tab = Tab::live(Vec::new());
    let draft = draft_with("a", &["up-1"], &["up-1"]);
    tab.does(Input::Wrote { client_id: id("a"), draft });
    tab.writes("b");
    let failure = Failure::Refused(Refusal::FileTooLarge);
    let failed = Input::NotStored { upload: "up-1".parse().unwrap(), failure };
    assert_eq!(tab.does(failed), ["keep a", "post b"]);
    assert_eq!(tab.reads()[0], "a failed: Refused(FileTooLarge)");
    // Tried again, it waits for its file as before, and goes out with it.
    assert_eq!(tab.does(Input::Retry { client_id: id("a") }), ["keep a"]);
    assert_eq!(tab.does(stored("up-1", "f1")), ["keep a", "post a with f1"]);
}

#[test]
fn cl37_a_line_that_waits_for_a_file_can_be_given_up() {
    let mut tab = Tab::live(Vec::new());
    let draft = draft_with("a", &["up-1"], &["up-1"]);
    tab.does(Input::Wrote { client_id: id("a"), draft });
    tab.writes("b");
    assert_eq!(tab.does(Input::Discard { client_id: id("a") }), ["forget a", "post b"]);
    assert_eq!(tab.does(stored("up-1", "f1")), NOTHING);
}

#[test]
fn cl38_a_kept_line_that_waits_for_a_file_is_handed_back_to_be_written_again() {
    let mut tab = Tab::live(Vec::new());
    let waits =
        SavedMessage { draft: draft_with("a", &["f1", "up-2"], &["up-2"]), ..kept_by(1, "a", 5) };
    let said = tab.does(Input::Restored(vec![waits, kept_by(1, "b", 6)]));
    assert_eq!(said, ["unfinished a", "forget a", "post b"]);
}

#[test]
fn cl39_a_line_whose_files_the_relay_lost_waits_for_them_again_and_goes_last() {
    let mut tab = Tab::live(Vec::new());
    tab.does(Input::Wrote { client_id: id("a"), draft: draft_with("a", &["f1"], &[]) });
    tab.writes("b");
    let files = vec![file("up-1")];
    assert_eq!(tab.does(Input::FilesLost { client_id: id("a"), files }), ["keep a"]);
    assert_eq!(tab.does(stored("up-1", "f2")), ["keep a", "post a with f2"]);
    // That the later line is stored first says nothing about this one.
    tab.hears(Frame::Entry(mine(1, "b")));
    assert_eq!(tab.reads(), ["1 b", "a sending"]);
}
