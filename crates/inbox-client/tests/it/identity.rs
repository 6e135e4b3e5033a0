//! Every order in which the tabs of one browser can find out who they are.

use std::collections::BTreeSet;

use inbox_client::{Identity, Step};
use inbox_types::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
/// How many tabs there are, and how often something in each of them needs a token: a socket, and
/// an upload beside it.
const SIZES: [(usize, u8); 2] = [(2, 2), (3, 1)];

/// What a browser is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Browser {
    locks: bool,
    /// What one tab stores is seen by the others at once; else after a while.
    coherent: bool,
}

/// What a tab waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pending {
    Turn,
    Answer,
    Settling,
}

#[derive(Clone, Debug)]
struct Tab {
    identity: Identity,
    n_needs: u8,
    pending: Option<Pending>,
    /// What it sees in storage: when that was stored, and what it is.
    sees: Option<(usize, String)>,
    /// What was given out in it, in this order.
    given: Vec<String>,
    n_joined: u8,
}

/// Some tabs that are opened at the same time, in a browser that has not been here before.
#[derive(Clone, Debug)]
struct World {
    browser: Browser,
    most_needs: u8,
    tabs: Vec<Tab>,
    locked_by: Option<usize>,
    /// What was stored, in this order.
    stored: Vec<String>,
    /// What is still to be seen: by whom, and which of `stored`.
    unseen: BTreeSet<(usize, usize)>,
    n_made: u8,
    /// Answers of the relay that may still be lost.
    n_losses: u8,
}

/// Something that may happen next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Event {
    Need(usize),
    Turn(usize),
    Answered(usize),
    Lost(usize),
    Settled(usize),
    Seen(usize, usize),
}

impl World {
    fn new(browser: Browser, (n_tabs, most_needs): (usize, u8), n_losses: u8) -> Self {
        let tab = Tab {
            identity: Identity::new(browser.locks),
            n_needs: 0,
            pending: None,
            sees: None,
            given: Vec::new(),
            n_joined: 0,
        };
        Self {
            browser,
            most_needs,
            tabs: vec![tab; n_tabs],
            locked_by: None,
            stored: Vec::new(),
            unseen: BTreeSet::new(),
            n_made: 0,
            n_losses,
        }
    }

    fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> =
            self.unseen.iter().map(|(tab, stored)| Event::Seen(*tab, *stored)).collect();
        for (index, tab) in self.tabs.iter().enumerate() {
            if tab.n_needs < self.most_needs {
                events.push(Event::Need(index));
            }
            match tab.pending {
                Some(Pending::Turn) if self.browser.locks && self.locked_by.is_some() => (),
                Some(Pending::Turn) => events.push(Event::Turn(index)),
                Some(Pending::Answer) => {
                    events.push(Event::Answered(index));
                    if 0 < self.n_losses {
                        events.push(Event::Lost(index));
                    }
                }
                Some(Pending::Settling) => events.push(Event::Settled(index)),
                None => (),
            }
        }
        events
    }

    fn happens(&mut self, event: Event) {
        let (Event::Need(index)
        | Event::Turn(index)
        | Event::Answered(index)
        | Event::Lost(index)
        | Event::Settled(index)
        | Event::Seen(index, _)) = event;
        // The tab that had the turn before holds what it stored for those that come after it.
        let held = self.stored.last().filter(|_| self.browser.locks).cloned();
        let tab = &mut self.tabs[index];
        let sees = tab.sees.as_ref().map(|it| it.1.clone());
        let step = match event {
            Event::Need(_) => {
                tab.n_needs += 1;
                tab.identity.wanted(NOW, None, sees)
            }
            Event::Turn(_) => {
                self.locked_by = Some(index);
                tab.identity.turn(NOW, sees.or(held))
            }
            Event::Answered(_) => {
                self.n_made += 1;
                tab.identity.made(NOW, Ok(format!("v1.k1.c{}.0.0.s", self.n_made)), sees)
            }
            Event::Lost(_) => {
                self.n_losses -= 1;
                tab.identity.made(NOW, Err(0), sees)
            }
            Event::Settled(_) => tab.identity.settled(NOW, sees),
            Event::Seen(_, stored) => {
                self.unseen.remove(&(index, stored));
                if tab.sees.as_ref().is_some_and(|it| stored < it.0) {
                    return;
                }
                let token = self.stored[stored].clone();
                tab.sees = Some((stored, token.clone()));
                tab.identity.noticed(NOW, Some(token))
            }
        };
        self.does(index, step);
    }

    fn does(&mut self, index: usize, step: Step) {
        let tab = &mut self.tabs[index];
        match step {
            Step::Wait => (),
            Step::Queue => tab.pending = Some(Pending::Turn),
            Step::Ask => tab.pending = Some(Pending::Answer),
            Step::Store(token) => {
                tab.pending = Some(Pending::Settling);
                self.store(index, token);
                if self.browser.locks {
                    self.happens(Event::Settled(index));
                }
            }
            Step::Known(token) => {
                tab.pending = None;
                tab.given.push(token);
                self.locked_by.take_if(|it| *it == index);
            }
            Step::Failed(_) => {
                tab.pending = None;
                // Whoever waited tries again.
                tab.n_needs -= 1;
                self.locked_by.take_if(|it| *it == index);
            }
            Step::Joined(token) => {
                tab.given.push(token);
                tab.n_joined += 1;
            }
        }
    }

    fn store(&mut self, by: usize, token: String) {
        let place = self.stored.len();
        self.stored.push(token.clone());
        self.tabs[by].sees = Some((place, token));
        let others = (0..self.tabs.len()).filter(|it| *it != by);
        let unseen: Vec<_> = others.map(|it| (it, place)).collect();
        self.unseen.extend(unseen.iter().copied());
        if self.browser.coherent {
            for (tab, stored) in unseen {
                self.happens(Event::Seen(tab, stored));
            }
        }
    }

    /// All that matters of it, in letters.
    fn name(&self) -> String {
        let Self { tabs, locked_by, stored, unseen, n_made, n_losses, .. } = self;
        format!("{tabs:?} {locked_by:?} {stored:?} {unseen:?} {n_made} {n_losses}")
    }
}

/// Goes through everything that can follow, and looks at every end; how many there are.
fn explore(first: World, check: impl Fn(&World)) -> usize {
    let (mut known, mut left, mut n_ends) = (BTreeSet::new(), vec![first], 0);
    while let Some(world) = left.pop() {
        let events = world.events();
        if events.is_empty() {
            n_ends += 1;
            check(&world);
        }
        for event in events {
            let mut next = world.clone();
            next.happens(event);
            if known.insert(next.name()) {
                left.push(next);
            }
        }
    }
    n_ends
}

fn browsers() -> impl Iterator<Item = (bool, (usize, u8))> {
    [true, false].into_iter().flat_map(|coherent| SIZES.map(|it| (coherent, it)))
}

/// Every tab ends as the same visitor, and nobody waits.
fn all_are_one(world: &World) {
    let last = world.stored.last().unwrap();
    for tab in &world.tabs {
        assert_eq!(tab.given.last(), Some(last), "{world:#?}");
        assert_eq!(tab.pending, None, "{world:#?}");
    }
}

#[test]
fn cl34_with_locks_a_browser_is_one_visitor_whatever_the_order() {
    for (coherent, size) in browsers() {
        let n_ends = explore(World::new(Browser { locks: true, coherent }, size, 2), |world| {
            all_are_one(world);
            assert_eq!((world.n_made, world.stored.len()), (1, 1), "{world:#?}");
            assert!(world.tabs.iter().all(|it| it.n_joined == 0), "{world:#?}");
        });
        assert!(1 < n_ends);
    }
}

#[test]
fn cl34_within_a_tab_everybody_waits_for_the_same_answer() {
    let mut identity = Identity::new(true);
    assert_eq!(identity.wanted(NOW, None, None), Step::Queue);
    for _ in 0..6 {
        assert_eq!(identity.wanted(NOW, None, None), Step::Wait);
    }
    assert_eq!(identity.turn(NOW, None), Step::Ask);
    assert_eq!(identity.wanted(NOW, None, None), Step::Wait);
    assert_eq!(identity.made(NOW, Ok("a".into()), None), Step::Store("a".into()));
    assert_eq!(identity.wanted(NOW, None, Some("a".into())), Step::Wait);
    assert_eq!(identity.settled(NOW, None), Step::Known("a".into()));
    assert_eq!(identity.wanted(NOW, None, Some("a".into())), Step::Known("a".into()));
}

#[test]
fn cl35_without_locks_the_tabs_that_lost_join_the_one_that_won_whatever_the_order() {
    for (coherent, size) in browsers() {
        let n_ends = explore(World::new(Browser { locks: false, coherent }, size, 1), |world| {
            all_are_one(world);
            // Where storage is the same for all at once, nothing is ever said for a loser.
            assert!(!coherent || world.tabs.iter().all(|it| it.n_joined == 0), "{world:#?}");
        });
        assert!(1 < n_ends);
    }
}

#[test]
fn cl35_nobody_joins_another_person() {
    let late = NOW.after(inbox_types::Millis::minutes(1));
    for (has_locks, at, taken_away) in
        [(true, NOW, false), (false, late, false), (false, NOW, true)]
    {
        let mut identity = Identity::new(has_locks);
        identity.wanted(NOW, None, Some("v1.k1.ana.0.0.s".into()));
        if taken_away {
            identity.noticed(NOW, None);
        }
        assert_eq!(identity.noticed(at, Some("v1.k1.ben.0.0.s".into())), Step::Wait);
    }
    // A token that was only renewed is the same person's.
    let mut identity = Identity::new(false);
    identity.wanted(NOW, None, Some("v1.k1.ana.0.0.s".into()));
    assert_eq!(identity.noticed(NOW, Some("v1.k1.ana.1.9.t".into())), Step::Wait);
    // Renewed by a relay that makes tokens of a newer version.
    assert_eq!(identity.noticed(NOW, Some("v2.k1.ana.1.5.9.t".into())), Step::Wait);
}

#[test]
fn cl36_what_was_refused_is_not_used_again_and_what_another_tab_stored_is() {
    let mut identity = Identity::new(true);
    let known = |it: &str| Step::Known(it.to_owned());
    assert_eq!(identity.wanted(NOW, None, Some("a".into())), known("a"));
    assert_eq!(identity.wanted(NOW, Some("a".into()), Some("b".into())), known("b"));
    // The same refusal, heard of a second time.
    assert_eq!(identity.wanted(NOW, Some("a".into()), Some("b".into())), known("b"));
    assert_eq!(identity.wanted(NOW, Some("b".into()), Some("b".into())), Step::Queue);
    assert_eq!(identity.turn(NOW, Some("b".into())), Step::Ask);
    assert_eq!(identity.made(NOW, Ok("c".into()), Some("b".into())), Step::Store("c".into()));
    assert_eq!(identity.settled(NOW, Some("c".into())), known("c"));
}

#[test]
fn cl36_whoever_waits_is_told_that_the_relay_does_not_answer_and_the_next_one_asks_again() {
    let mut identity = Identity::new(true);
    identity.wanted(NOW, None, None);
    identity.turn(NOW, None);
    assert_eq!(identity.made(NOW, Err(4429), None), Step::Failed(4429));
    assert_eq!(identity.wanted(NOW, None, None), Step::Queue);
}
