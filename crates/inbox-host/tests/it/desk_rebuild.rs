//! HO38 and after: a desk that has lost its rows.

use std::collections::BTreeMap;

use inbox_host::{DeskTables, Rebuild, Sql as _, Sqlite};
use inbox_room::{DeskInput, RoomReport, Summary};
use inbox_types::{ConversationId, Role};

use crate::desk::{Stage, compare, kind, summary};

const PAGE: usize = 7;

/// Sixty conversations, every fourth of which is not over, by their names.
fn conversations() -> BTreeMap<String, Summary> {
    let state = |n: u64| if n.is_multiple_of(4) { "active" } else { "closed" };
    (0..60).map(|n| (format!("main-c{n}"), summary(n, state(n), kind(n)))).collect()
}

/// The next page of the register, as the workspace gives it.
fn page(all: &BTreeMap<String, Summary>, walk: &Rebuild) -> Vec<ConversationId> {
    let after = walk.after.as_ref().map(ToString::to_string).unwrap_or_default();
    let rest = all.values().filter(|it| after.as_str() < it.conversation.as_str());
    rest.take(PAGE).map(|it| it.conversation.clone()).collect()
}

/// What a walk does with the desk, until it has done `n_left` things and is killed.
fn walk(stage: &mut Stage, all: &BTreeMap<String, Summary>, n_left: &mut usize) -> Option<()> {
    let mut does = || {
        *n_left = n_left.checked_sub(1)?;
        Some(())
    };
    while let Some(walk) = stage.tables.rebuild().unwrap().filter(|it| it.is_running) {
        let page = page(all, &walk);
        for conversation in &page {
            does()?;
            let report = RoomReport::Summary(Box::new(all[conversation.as_str()].clone()));
            stage.handle(DeskInput::Report { conversation: conversation.clone(), report });
        }
        does()?;
        stage.tables.page_rebuilt(&page).unwrap();
    }
    Some(())
}

#[test]
fn ho38_a_rebuild_goes_on_behind_the_last_page_that_is_stored() {
    let all = conversations();
    // Each page of seven is eight things, the last one of four is five.
    for n_done in (0..75).step_by(9) {
        let mut stage = Stage::wake(DeskTables::open(Sqlite::in_memory()).unwrap(), Role::Admin);
        stage.tables.begin_rebuild(all.len() as u64).unwrap();
        let is_killed = walk(&mut stage, &all, &mut n_done.clone()).is_none();
        let left = stage.tables.rebuild().unwrap().unwrap();
        assert_eq!(left.is_running, is_killed, "{n_done}");
        let n_asked = if n_done < 69 { n_done / (PAGE + 1) * PAGE } else { 60 };
        assert_eq!(left.n_asked, n_asked as u64, "{n_done}");
        // Whoever asks for a rebuild meanwhile gets the one that is under way.
        if is_killed {
            stage.tables.begin_rebuild(0).unwrap();
            assert_eq!(stage.tables.rebuild().unwrap().unwrap(), left);
        }
        let mut stage = Stage::wake(stage.tables, Role::Admin);
        walk(&mut stage, &all, &mut usize::MAX.clone()).unwrap();
        let ended = stage.tables.rebuild().unwrap().unwrap();
        assert_eq!((ended.n_asked, ended.n_all, ended.is_running), (60, 60, false));
        compare(&stage.tables, &all);
        // What is over is begun anew.
        stage.tables.begin_rebuild(61).unwrap();
        let begun = stage.tables.rebuild().unwrap().unwrap();
        assert_eq!((begun.after, begun.n_asked, begun.n_all), (None, 0, 61));
    }
}

#[test]
fn ho38_conversations_that_begin_meanwhile_are_counted_and_nobody_else_moves_the_walk() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    assert_eq!(tables.rebuild().unwrap(), None);
    let ids: Vec<ConversationId> = (0..3).map(|n| format!("main-c{n}").parse().unwrap()).collect();
    assert_eq!(tables.page_rebuilt(&ids).unwrap(), None, "no rebuild is under way");
    tables.begin_rebuild(2).unwrap();
    let walk = tables.page_rebuilt(&ids).unwrap().unwrap();
    assert_eq!((walk.n_asked, walk.n_all, walk.after.as_ref()), (3, 3, ids.last()));
    assert!(!tables.page_rebuilt(&[]).unwrap().unwrap().is_running);
    assert_eq!(tables.page_rebuilt(&ids).unwrap(), None, "it is over");
}

#[test]
fn ho39_a_desk_that_lost_its_rows_shows_the_same_lists_after_a_rebuild() {
    let all = conversations();
    for lost in [
        "DELETE FROM conversations; DELETE FROM involved; DELETE FROM sums",
        "DELETE FROM conversations; DELETE FROM involved; DELETE FROM sums; DELETE FROM meta;
         DELETE FROM presences; DELETE FROM sockets; DELETE FROM commands",
    ] {
        let mut stage = Stage::wake(DeskTables::open(Sqlite::in_memory()).unwrap(), Role::Admin);
        stage.tables.begin_rebuild(60).unwrap();
        walk(&mut stage, &all, &mut usize::MAX.clone()).unwrap();
        compare(&stage.tables, &all);
        let live = stage.tables.live().unwrap();
        assert_eq!(live.len(), 15);
        stage.tables.sql().execute(lost, Vec::new()).unwrap();
        compare(&stage.tables, &BTreeMap::new());
        let mut stage = Stage::wake(stage.tables, Role::Admin);
        stage.tables.begin_rebuild(60).unwrap();
        walk(&mut stage, &all, &mut usize::MAX.clone()).unwrap();
        compare(&stage.tables, &all);
        assert_eq!(stage.tables.live().unwrap(), live);
    }
}
