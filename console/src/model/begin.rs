//! A console that knows nothing yet.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use inbox_types::Timestamp;

use super::{
    Admin, Audit, Campaigns, Desk, Drafts, Model, Permission, Route, Search, SignInState,
    selection::Bulk, unsaved::Unsaved,
};

impl Model {
    /// A console that knows nothing yet.
    #[must_use]
    pub fn new(now: Timestamp, seed: u32) -> Self {
        Self {
            now,
            seed,
            person: 0,
            route: Route::Desk,
            sign_in: SignInState::Asking,
            already: None,
            desk: Desk::new(seed),
            bulk: Bulk::default(),
            rooms: BTreeMap::new(),
            drafts: Drafts::default(),
            unsaved: Unsaved::default(),
            admin: Admin::default(),
            audit: Audit::default(),
            search: Search::default(),
            campaigns: Campaigns::default(),
            toasts: Vec::new(),
            put_away: BTreeSet::new(),
            dialog: None,
            alerts: VecDeque::new(),
            permission: Permission::NotAsked,
            focused: true,
            online: true,
            details: true,
            number: 0,
        }
    }

    pub(super) fn next_number(&mut self) -> u32 {
        self.number += 1;
        self.number
    }
}
