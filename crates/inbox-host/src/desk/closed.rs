//! What is over: pages by index, and sums that are kept.
//!
//! A page is merged from a few scans, one for each reason why its reader sees a row; each scan reads no
//! more rows than the page has, wherever in the order it begins.

use std::collections::BTreeSet;

use inbox_core::permission::Reach;
use inbox_room::{ClosedPlace, ClosedQuery, ClosedScope, DeskRows, Summary, Whose};
use inbox_types::{ConversationId, DepartmentId, Timestamp, limits};
use serde::Deserialize;

use super::{
    DeskTables,
    scans::{CLOSED, Scan, scans},
};
use crate::sql::{Sql, bodies, number, text};

#[derive(Deserialize)]
struct PlaceRow {
    last_at: u64,
    conversation: ConversationId,
}

#[derive(Deserialize)]
struct EpochRow {
    epoch: u32,
}

#[derive(Deserialize)]
struct SumRow {
    department: String,
    n: u64,
}

#[derive(Deserialize)]
struct DepartmentRow {
    department: Option<String>,
}

impl<S: Sql> DeskTables<S> {
    /// How a conversation stands, if it is over.
    pub(super) fn closed_row(&self, id: &ConversationId) -> Result<Option<Summary>, S::Error> {
        let query = "SELECT body FROM conversations WHERE conversation = ? AND live = 0";
        Ok(bodies(&self.sql, query, vec![text(id.as_str())])?.pop())
    }

    /// Moves what stands beside a row that is over: who is involved, and the sums.
    // HO37
    pub(super) fn resum(
        &self,
        old: Option<&Summary>,
        new: Option<&Summary>,
    ) -> Result<(), S::Error> {
        let (before, after) = (involved(old), involved(new));
        for (member, last_at, conversation) in before.difference(&after) {
            self.sql.execute(
                "DELETE FROM involved WHERE member = ? AND last_at = ? AND conversation = ?",
                vec![text(*member), number(*last_at), text(*conversation)],
            )?;
        }
        for (member, last_at, conversation) in after.difference(&before) {
            self.sql.execute(
                "INSERT OR REPLACE INTO involved (member, last_at, conversation) VALUES (?, ?, ?)",
                vec![text(*member), number(*last_at), text(*conversation)],
            )?;
        }
        self.reface(old, new)?;
        let (before, after) = (sums(old), sums(new));
        for key in before.difference(&after) {
            self.add(key, "-1")?;
        }
        for key in after.difference(&before) {
            self.add(key, "1")?;
        }
        Ok(())
    }

    /// Moves what a row is found by.
    // HO37
    pub(super) fn reface(
        &self,
        old: Option<&Summary>,
        new: Option<&Summary>,
    ) -> Result<(), S::Error> {
        let (before, after) = (faces(old), faces(new));
        for (facet, last_at, conversation) in before.difference(&after) {
            self.sql.execute(
                "DELETE FROM facets WHERE facet = ? AND last_at = ? AND conversation = ?",
                vec![text(facet), number(*last_at), text(*conversation)],
            )?;
        }
        for (facet, last_at, conversation) in after.difference(&before) {
            self.sql.execute(
                "INSERT OR REPLACE INTO facets (facet, last_at, conversation) VALUES (?, ?, ?)",
                vec![text(facet), number(*last_at), text(*conversation)],
            )?;
        }
        Ok(())
    }

    fn add(&self, (scope, campaign, department): &SumKey, n: &str) -> Result<(), S::Error> {
        self.sql.execute(
            &format!(
                "INSERT INTO sums (scope, campaign, department, n) VALUES (?, ?, ?, {n})
                 ON CONFLICT (scope, campaign, department) DO UPDATE SET n = n + excluded.n"
            ),
            vec![text(scope), text(campaign), text(department)],
        )
    }

    /// A page's rows, from every scan the first ones.
    // HO33
    fn page(&self, query: &ClosedQuery) -> Result<Vec<Summary>, S::Error> {
        let places = self.places(query)?;
        let rows = places.iter().map(|it| self.closed_row(&it.conversation));
        rows.filter_map(Result::transpose).collect()
    }

    fn places(&self, query: &ClosedQuery) -> Result<Vec<ClosedPlace>, S::Error> {
        let mut found: Vec<ClosedPlace> = Vec::new();
        for scan in scans(&query.scope) {
            let after = query.after.as_ref();
            found.extend(self.scan(&scan, query.oldest_first, after, query.limit)?);
        }
        found.sort_by(|one, other| query.compare(one, other));
        found.dedup();
        found.truncate(query.limit);
        Ok(found)
    }

    fn scan(
        &self,
        scan: &Scan,
        oldest_first: bool,
        after: Option<&ClosedPlace>,
        limit: usize,
    ) -> Result<Vec<ClosedPlace>, S::Error> {
        let Scan { table, condition, parameters } = scan;
        let (down, up, comes, tie) =
            if oldest_first { ("ASC", "DESC", ">", "<") } else { ("DESC", "ASC", "<", ">") };
        let mut parameters = parameters.clone();
        let after = after.map_or_else(String::new, |after| {
            let last_at = number(after.last_at.as_millis());
            let conversation = text(after.conversation.as_str());
            parameters.extend([last_at.clone(), last_at, conversation]);
            format!(" AND last_at {comes}= ? AND (last_at {comes} ? OR conversation {tie} ?)")
        });
        parameters.push(number(limit as u64));
        let rows: Vec<PlaceRow> = self.sql.query(
            &format!(
                "SELECT last_at, conversation FROM {table} WHERE {condition}{after} ORDER BY last_at {down}, conversation {up} LIMIT ?"
            ),
            parameters,
        )?;
        let place = |it: PlaceRow| ClosedPlace {
            last_at: Timestamp::from_millis(it.last_at),
            conversation: it.conversation,
        };
        Ok(rows.into_iter().map(place).collect())
    }

    /// Of what a filter lets through no sum is kept, so that places are counted, as far as it is told.
    // HO33
    fn count(&self, scope: &ClosedScope) -> Result<u64, S::Error> {
        if scope.is_summed() {
            return self.sum_of(scope);
        }
        let limit = limits::LIST_COUNTED + 1;
        let query = ClosedQuery { scope: scope.clone(), oldest_first: false, after: None, limit };
        Ok(self.places(&query)?.len() as u64)
    }

    fn sum_of(&self, scope: &ClosedScope) -> Result<u64, S::Error> {
        let id = &scope.member;
        let here = |department: &str| {
            department.is_empty() || scope.departments.iter().any(|it| it.as_str() == department)
        };
        let all = |_: &str| true;
        let mine = || self.sum(scope, &format!("owner/{id}"), all);
        match scope.whose {
            Whose::All => (),
            Whose::Mine => return mine(),
            Whose::Team => {
                let seen = self.sum_of(&ClosedScope { whose: Whose::All, ..scope.clone() })?;
                return Ok(seen.saturating_sub(mine()? + self.unowned(scope, here)?));
            }
        }
        let owned = || self.sum(scope, &format!("involved/{id}"), |it| !here(it));
        match scope.reach {
            Reach::Everything => self.sum(scope, "all", all),
            Reach::Departments => Ok(self.sum(scope, "all", here)? + owned()?),
            Reach::UnownedOfDepartments => {
                let unowned = self.sum(scope, "unowned", here)?;
                let mine = self.sum(scope, &format!("involved/{id}"), all)?;
                let twice = self.sum(scope, &format!("involved-unowned/{id}"), here)?;
                Ok((unowned + mine).saturating_sub(twice))
            }
            Reach::Involved => self.sum(scope, &format!("involved/{id}"), all),
            Reach::Nothing => Ok(0),
        }
    }

    /// Of what its reader sees, what nobody owned last.
    fn unowned(&self, scope: &ClosedScope, here: impl Fn(&str) -> bool) -> Result<u64, S::Error> {
        let id = &scope.member;
        let involved = format!("involved-unowned/{id}");
        match scope.reach {
            Reach::Everything => self.sum(scope, "unowned", |_| true),
            Reach::Departments | Reach::UnownedOfDepartments => {
                let served = self.sum(scope, "unowned", &here)?;
                Ok(served + self.sum(scope, &involved, |it| !here(it))?)
            }
            Reach::Involved => self.sum(scope, &involved, |_| true),
            Reach::Nothing => Ok(0),
        }
    }

    fn sum(
        &self,
        scope: &ClosedScope,
        name: &str,
        is_meant: impl Fn(&str) -> bool,
    ) -> Result<u64, S::Error> {
        let campaign = scope.campaign.as_ref().map_or("", |it| it.as_str());
        let rows: Vec<SumRow> = self.sql.query(
            "SELECT department, n FROM sums WHERE scope = ? AND campaign = ?",
            vec![text(name), text(campaign)],
        )?;
        let department = scope.department.as_ref();
        let meant = rows.iter().filter(|it| {
            is_meant(&it.department) && department.is_none_or(|id| id.as_str() == it.department)
        });
        Ok(meant.map(|it| it.n).sum())
    }

    /// The departments of what is over, each found by one step in the index.
    fn departments(&self) -> Result<Vec<String>, S::Error> {
        let mut found: Vec<String> = Vec::new();
        loop {
            let after = found.last().map_or("", String::as_str);
            let rows: Vec<DepartmentRow> = self.sql.query(
                &format!("SELECT MIN(department) AS department FROM conversations WHERE {CLOSED} AND department > ?"),
                vec![text(after)],
            )?;
            match rows.into_iter().next().and_then(|it| it.department) {
                Some(department) => found.push(department),
                None => return Ok(found),
            }
        }
    }

    fn strays_of(
        &self,
        known: &[DepartmentId],
        after: Option<&ClosedPlace>,
        limit: usize,
    ) -> Result<Vec<ClosedPlace>, S::Error> {
        let mut found: Vec<ClosedPlace> = Vec::new();
        for department in self.departments()? {
            if known.iter().any(|it| it.as_str() == department) {
                continue;
            }
            let scan = Scan {
                table: "conversations",
                condition: format!("{CLOSED} AND department = ?"),
                parameters: vec![text(department)],
            };
            found.extend(self.scan(&scan, false, after, limit)?);
        }
        found.sort_by(ClosedPlace::cmp_newest);
        found.truncate(limit);
        Ok(found)
    }

    fn erased_epoch(&self, id: &ConversationId) -> Result<Option<u32>, S::Error> {
        let rows: Vec<EpochRow> = self
            .sql
            .query("SELECT epoch FROM erased WHERE conversation = ?", vec![text(id.as_str())])?;
        Ok(rows.first().map(|it| it.epoch))
    }

    fn noted<T: Default>(&self, read: Result<T, S::Error>) -> T {
        read.unwrap_or_else(|error| {
            self.failure.replace(Some(error));
            T::default()
        })
    }
}

// HO23, HO33
impl<S: Sql> DeskRows for DeskTables<S> {
    fn summary(&self, conversation: &ConversationId) -> Option<Summary> {
        self.noted(self.closed_row(conversation))
    }

    fn erased(&self, conversation: &ConversationId) -> Option<u32> {
        self.noted(self.erased_epoch(conversation))
    }

    fn closed(&self, query: &ClosedQuery) -> Vec<Summary> {
        self.noted(self.page(query))
    }

    fn n_closed(&self, scope: &ClosedScope) -> u32 {
        u32::try_from(self.noted(self.count(scope))).unwrap_or(u32::MAX)
    }

    fn strays(
        &self,
        departments: &[DepartmentId],
        after: Option<&ClosedPlace>,
        limit: usize,
    ) -> Vec<ClosedPlace> {
        self.noted(self.strays_of(departments, after, limit))
    }
}

/// Who is involved in what is over and listed, since when nothing was written, and where.
fn involved(summary: Option<&Summary>) -> BTreeSet<(&str, u64, &str)> {
    let Some(summary) = summary.filter(|it| is_listed(it)) else { return BTreeSet::new() };
    let last_at = summary.closed_place().last_at.as_millis();
    let members = summary.involved();
    members.into_iter().map(|it| (it.as_str(), last_at, summary.conversation.as_str())).collect()
}

/// What is over and listed is found by, since when nothing was written, and where.
fn faces(summary: Option<&Summary>) -> BTreeSet<(String, u64, &str)> {
    let Some(summary) = summary.filter(|it| is_listed(it)) else { return BTreeSet::new() };
    let last_at = summary.closed_place().last_at.as_millis();
    let facets = summary.facets().into_iter();
    facets.map(|it| (it, last_at, summary.conversation.as_str())).collect()
}

/// Scope, campaign and department of a sum.
type SumKey = (String, String, String);

/// The sums in which a conversation counts.
fn sums(summary: Option<&Summary>) -> BTreeSet<SumKey> {
    let Some(summary) = summary.filter(|it| is_listed(it)) else { return BTreeSet::new() };
    let session = &summary.session;
    let mut scopes = vec!["all".to_owned()];
    scopes.extend(session.owner.iter().map(|it| format!("owner/{it}")));
    scopes.extend(summary.involved().into_iter().map(|it| format!("involved/{it}")));
    if session.owner.is_none() {
        scopes.push("unowned".to_owned());
        scopes.extend(summary.involved().into_iter().map(|it| format!("involved-unowned/{it}")));
    }
    let department = session.department.as_ref().map(ToString::to_string).unwrap_or_default();
    let campaign = session.campaign.as_ref().map(|it| it.id.to_string());
    let campaigns: Vec<String> = [Some(String::new()), campaign].into_iter().flatten().collect();
    let each = |scope: String| {
        let department = department.clone();
        campaigns.clone().into_iter().map(move |it| (scope.clone(), it, department.clone()))
    };
    scopes.into_iter().flat_map(each).collect()
}

fn is_listed(summary: &Summary) -> bool {
    !summary.is_live() && !summary.hidden
}
