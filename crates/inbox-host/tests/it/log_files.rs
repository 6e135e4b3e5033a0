//! HO24, HO140, HO154: files, from their announcement until their bytes are deleted.

use std::collections::BTreeSet;

use inbox_core::Speaker;
use inbox_host::{ConversationLog, Sql as _, Sqlite};
use inbox_protocol::BridgeDone;
use inbox_room::{Batch, Log as _};
use inbox_types::{
    Author, ClientId, File, FileId, MediaType, Millis, Seq, Timestamp, limits::SIGNATURE_TOLERANCE,
};

use crate::log::{at, events, file, open, posted, said, write};

type Log = ConversationLog<Sqlite>;

#[test]
fn ho24_a_file_can_be_sent_once_all_its_bytes_are_there() {
    let log = open();
    let id: FileId = "f1".parse().unwrap();
    assert_eq!(log.finish_file(&id, MediaType::Other).unwrap(), None, "nobody announced it");
    log.begin_file(&file("f1"), &Author::Visitor, at(10)).unwrap();
    assert!(log.begin_file(&file("f1"), &Author::Visitor, at(11)).is_err());
    assert_eq!(log.file(&id), None);
    assert_eq!(log.n_pending_files(&Author::Visitor).unwrap(), 1);
    assert_eq!(log.n_pending_files(&Author::System).unwrap(), 0);
    assert_eq!(log.finish_file(&id, MediaType::Other).unwrap(), Some(file("f1")));
    assert_eq!(log.finish_file(&id, MediaType::Other).unwrap(), None, "it is there already");
    let stored = log.file(&id).unwrap();
    assert_eq!((stored.by, stored.message), (Author::Visitor, None));
    // With its message it waits no longer, and no sweep takes it.
    log.begin_file(&file("f2"), &Author::Visitor, at(20)).unwrap();
    let mut message = posted(1, Some(1), Speaker::Visitor, "a", "look");
    message.written = Some(said("look", vec![file("f1")]));
    write(&log, &events(vec![message])).unwrap();
    assert_eq!(log.file(&id).unwrap().message, Some(Seq(1)));
    assert_eq!(log.n_pending_files(&Author::Visitor).unwrap(), 1);
    assert_eq!(log.oldest_pending_file().unwrap(), Some(at(20)));
    log.forget_pending_files(at(20)).unwrap();
    let known = || ["f1", "f2"].map(|it| log.has_file(it).unwrap());
    assert_eq!(known(), [true, true]);
    log.forget_pending_files(at(21)).unwrap();
    assert_eq!(known(), [true, false]);
    assert_eq!(log.oldest_pending_file().unwrap(), None);
    log.forget_files(&[id]).unwrap();
    assert!(!log.has_file("f1").unwrap());
}

/// The visitor sends a message with a file, the so-manyth of both.
fn sends_file(log: &Log, no: u64) {
    let id = format!("f{no}");
    log.begin_file(&file(&id), &Author::Visitor, at(10)).unwrap();
    log.finish_file(&id.parse().unwrap(), MediaType::Other).unwrap();
    let mut message = posted(no, Some(no), Speaker::Visitor, &format!("c{no}"), "look");
    message.written = Some(said("look", vec![file(&id)]));
    write(log, &events(vec![message])).unwrap();
}

/// The work of one upload and of one thing that the bridge says, in the database's own steps, where so
/// many files were sent and so many things were said before.
fn steps_of_one_more(n: u64) -> u64 {
    let log = open();
    for no in 1..=n {
        sends_file(&log, no);
        let said = BridgeDone::default();
        log.put_bridged(&format!("b{no}").parse().unwrap(), &said, at(10)).unwrap();
    }
    let before = log.sql().n_steps();
    let next: FileId = "next".parse().unwrap();
    assert_eq!(log.n_pending_files(&Author::Visitor).unwrap(), 0);
    log.begin_file(&file("next"), &Author::Visitor, at(20)).unwrap();
    assert_eq!(log.oldest_pending_file().unwrap(), Some(at(20)));
    log.forget_pending_files(at(20)).unwrap();
    assert!(log.has_file("next").unwrap() && log.has_files().unwrap());
    log.finish_file(&next, MediaType::Other).unwrap();
    log.put_bridged(&"next".parse().unwrap(), &BridgeDone::default(), at(20)).unwrap();
    log.sql().n_steps() - before
}

#[test]
fn ho120_an_upload_costs_the_same_however_many_files_were_sent() {
    let (few, many) = (steps_of_one_more(10), steps_of_one_more(1_000));
    assert!(many <= few + few / 2 + 50, "{few} steps after 10, {many} after 1,000");
}

fn name(raw: &str) -> ClientId {
    raw.parse().unwrap()
}

/// One upload of the bridge under a name, from its beginning to its end.
fn uploads(log: &Log, id: &str, as_file: &str, now: Timestamp) -> File {
    if let Some(first) = log.bridge_upload(&name(id)).unwrap() {
        return first;
    }
    log.begin_file(&file(as_file), &Author::Bridge, now).unwrap();
    finishes(log, id, as_file, now).expect("a file")
}

fn finishes(log: &Log, id: &str, as_file: &str, now: Timestamp) -> Option<File> {
    let as_file: FileId = as_file.parse().unwrap();
    log.finish_bridge_upload(&name(id), &as_file, MediaType::Other, now).unwrap()
}

fn holds(log: &Log, words: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Row {
        n: u64,
    }
    let query = "SELECT COUNT(*) AS n FROM bridged WHERE instr(body, ?)";
    let rows: Vec<Row> = log.sql().query(query, vec![inbox_host::sql::text(words)]).unwrap();
    0 < rows[0].n
}

#[test]
fn ho140_an_upload_of_the_bridge_that_comes_again_is_the_same_file() {
    let log = open();
    let now = at(1_000);
    assert_eq!(uploads(&log, "b1", "f1", now), file("f1"));
    assert_eq!(uploads(&log, "b1", "f2", now), file("f1"));
    // What it says under the same name is something else.
    assert_eq!(log.bridged(&name("b1")).unwrap(), None);
    log.put_bridged(&name("b1"), &BridgeDone { seq: Some(Seq(3)) }, now).unwrap();
    assert_eq!(uploads(&log, "b1", "f3", now), file("f1"));
    assert_eq!(log.bridge_upload(&name("b2")).unwrap(), None);
    let over = now.after(SIGNATURE_TOLERANCE).after(SIGNATURE_TOLERANCE).after(Millis(1));
    uploads(&log, "b2", "f4", over);
    assert_eq!(log.bridge_upload(&name("b1")).unwrap(), None);
}

#[test]
fn ho140_uploads_that_are_under_way_at_once_are_one_file() {
    // Each of three is over first, second or last.
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let log = open();
        let files = ["f0", "f1", "f2"];
        for it in files {
            assert_eq!(log.bridge_upload(&name("b1")).unwrap(), None);
            log.begin_file(&file(it), &Author::Bridge, at(10)).unwrap();
        }
        let first = file(files[order[0]]);
        for it in order {
            assert_eq!(finishes(&log, "b1", files[it], at(20)), Some(first.clone()), "{order:?}");
        }
        assert_eq!(log.n_pending_files(&Author::Bridge).unwrap(), 1, "{order:?}");
        let unwanted: BTreeSet<_> = log.unwanted_files(9).unwrap().into_iter().collect();
        let others: BTreeSet<FileId> =
            order[1..].iter().map(|it| files[*it].parse().unwrap()).collect();
        assert_eq!(unwanted, others, "{order:?}");
        // The end of an upload that is said twice takes nothing away.
        assert_eq!(finishes(&log, "b1", files[order[0]], at(30)), Some(first.clone()));
        assert!(log.has_file(first.id.as_str()).unwrap());
    }
    assert_eq!(finishes(&open(), "b1", "f0", at(10)), None, "nobody announced it");
}

#[test]
fn ho140_what_is_gone_is_uploaded_anew_and_nothing_of_it_is_left() {
    type Goes = fn(&Log);
    let ways: [(&str, Goes); 3] = [
        ("its message was deleted", |log| log.forget_files(&["f1".parse().unwrap()]).unwrap()),
        ("it was never sent", |log| log.forget_pending_files(at(5_000)).unwrap()),
        ("everything was erased", |log| log.clear().unwrap()),
    ];
    for (way, goes) in ways {
        let log = open();
        uploads(&log, "b1", "f1", at(1_000));
        assert!(!holds(&log, "passport"), "what it is called goes with the file");
        goes(&log);
        assert_eq!(log.bridge_upload(&name("b1")).unwrap(), None, "{way}");
        assert_eq!(uploads(&log, "b1", "f2", at(2_000)), file("f2"), "{way}");
        assert_eq!(uploads(&log, "b1", "f3", at(2_000)), file("f2"), "{way}");
    }
}

#[test]
fn ho140_what_an_earlier_release_noted_of_an_upload_is_no_answer() {
    let log = open();
    log.begin_file(&file("f1"), &Author::Bridge, at(10)).unwrap();
    let noted = format!(
        "INSERT INTO bridged (id, until, body) VALUES ('file/b1', 900000, '{}')",
        serde_json::to_string(&file("f1")).unwrap()
    );
    log.sql().execute(&noted, Vec::new()).unwrap();
    assert_eq!(log.bridge_upload(&name("b1")).unwrap(), None);
    assert_eq!(finishes(&log, "b1", "f1", at(20)), Some(file("f1")));
    assert_eq!(log.bridge_upload(&name("b1")).unwrap(), Some(file("f1")));
}

/// The database's own steps for one upload that fails, where so many files were sent before.
fn steps_of_a_failure(n: u64) -> u64 {
    let log = open();
    for no in 1..=n {
        sends_file(&log, no);
    }
    let before = log.sql().n_steps();
    let torn: FileId = "torn".parse().unwrap();
    log.begin_file(&file("torn"), &Author::Visitor, at(20)).unwrap();
    log.forget_files(std::slice::from_ref(&torn)).unwrap();
    assert_eq!(
        log.unwanted_files(100).unwrap(),
        std::slice::from_ref(&torn),
        "no other is looked at"
    );
    log.forget_unwanted(&torn).unwrap();
    log.sql().n_steps() - before
}

#[test]
fn ho154_an_upload_that_fails_costs_the_same_however_many_files_there_are() {
    let (few, many) = (steps_of_a_failure(10), steps_of_a_failure(1_000));
    assert!(many <= few + few / 2 + 50, "{few} steps after 10, {many} after 1,000");
}

#[test]
fn ho154_whatever_way_a_file_goes_its_bytes_are_deleted() {
    let log = open();
    for it in ["f1", "f2", "f3"] {
        log.begin_file(&file(it), &Author::Visitor, at(10)).unwrap();
    }
    let ids = || -> BTreeSet<FileId> { log.unwanted_files(9).unwrap().into_iter().collect() };
    let of = |names: &[&str]| -> BTreeSet<FileId> {
        names.iter().map(|it| it.parse().unwrap()).collect()
    };
    log.forget_files(&["f1".parse().unwrap()]).unwrap();
    // Bytes may have come of what was forgotten meanwhile.
    log.forget_files(&["f9".parse().unwrap(), "f1".parse().unwrap()]).unwrap();
    log.forget_pending_files(at(10)).unwrap();
    assert_eq!(ids(), of(&["f1", "f9"]));
    log.forget_pending_files(at(11)).unwrap();
    assert_eq!(ids(), of(&["f1", "f2", "f3", "f9"]));
    for it in ids() {
        assert!(log.has_files().unwrap(), "the object is not given up before");
        log.forget_unwanted(&it).unwrap();
    }
    assert!(!log.has_files().unwrap());
}

#[test]
fn ho154_the_bucket_is_looked_through_where_nothing_can_have_been_written_down() {
    let log = open();
    assert!(log.may_have_strays().unwrap(), "a release before this one may have been here");
    log.has_no_strays().unwrap();
    log.begin_file(&file("f1"), &Author::Visitor, at(10)).unwrap();
    log.forget_files(&["f1".parse().unwrap()]).unwrap();
    assert!(!log.may_have_strays().unwrap());
    log.clear().unwrap();
    assert!(log.may_have_strays().unwrap(), "the rows are gone, and the bytes may be there");
}

#[test]
fn ho153_the_visitors_last_texts_cost_the_same_however_long_the_conversation_is() {
    let steps = |n: u64| {
        let log = open();
        let line = |seq: u64| {
            let by = if seq <= 3 { Speaker::Visitor } else { Speaker::Bridge };
            posted(seq, Some(seq), by, &format!("c{seq}"), &format!("line {seq}"))
        };
        write(&log, &Batch { events: (1..=n).map(line).collect(), ..Batch::default() }).unwrap();
        let before = log.sql().n_steps();
        let found = log.visitor_texts(30).unwrap().len();
        (found, log.sql().n_steps() - before)
    };
    let (found, few) = steps(500);
    assert_eq!(found, 3);
    let (found, many) = steps(5_000);
    assert_eq!(found, 0, "they are not among the newest");
    assert!(many <= few + few / 2 + 50, "{few} steps after 500, {many} after 5,000");
}
