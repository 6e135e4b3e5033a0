//! Which rows of what is over a reader sees: as few scans as there are reasons why, each along an index.

use inbox_core::permission::Reach;
use inbox_room::{ClosedScope, Whose, wanted};
use inbox_types::DepartmentId;

use crate::sql::{Value, number, text};

/// Of what is over and not hidden; the indexes hold nothing else.
pub(super) const CLOSED: &str = "live = 0 AND hidden = 0";

/// One reason why rows are seen: an index and what of it.
pub(super) struct Scan {
    pub(super) table: &'static str,
    pub(super) condition: String,
    pub(super) parameters: Vec<Value>,
}

/// A part of a condition with its parameters.
#[derive(Clone, Default)]
struct Part {
    sql: String,
    parameters: Vec<Value>,
}

impl Part {
    fn new(sql: impl Into<String>, parameters: Vec<Value>) -> Self {
        Self { sql: sql.into(), parameters }
    }

    fn and(mut self, other: Self) -> Self {
        self.sql.push_str(&other.sql);
        self.parameters.extend(other.parameters);
        self
    }

    fn of(self, table: &'static str) -> Scan {
        Scan { table, condition: self.sql, parameters: self.parameters }
    }
}

/// The reasons why a reader sees what is over; a row may be found for several of them.
// HO50
pub(super) fn scans(scope: &ClosedScope) -> Vec<Scan> {
    if scope.reach == Reach::Nothing || scope.filter.unread || scope.filter.waiting {
        return Vec::new();
    }
    let wanted = wanted(&scope.filter);
    if let Some((first, others)) = wanted.split_first() {
        return vec![by_facet(scope, first, others)];
    }
    // Columns by their names alone are those of the table that is scanned.
    let (rest, time) = (rest(scope, ""), time(scope));
    let of = |condition: &str, parameters: Vec<Value>| {
        let row = Part::new(format!("{CLOSED}{condition}"), parameters);
        row.and(rest.clone()).and(time.clone()).of("conversations")
    };
    let involved = || {
        let member = Part::new("member = ?", vec![text(scope.member.as_str())]);
        let rest = self::rest(scope, "c.");
        let row = if rest.sql.is_empty() {
            Part::default()
        } else {
            let open = " AND EXISTS (SELECT 1 FROM conversations c WHERE c.conversation = involved.conversation";
            Part::new(open, Vec::new()).and(rest).and(Part::new(")", Vec::new()))
        };
        member.and(row).and(time.clone()).of("involved")
    };
    if scope.whose == Whose::Mine {
        return vec![of(" AND owner = ?", vec![text(scope.member.as_str())])];
    }
    let serves =
        |it: &&DepartmentId| scope.department.is_none() || scope.department.as_ref() == Some(*it);
    match scope.reach {
        Reach::Everything => vec![of("", Vec::new())],
        Reach::Departments => {
            let named = scope.departments.iter().filter(serves);
            let mut scans: Vec<Scan> =
                named.map(|it| of(" AND department = ?", vec![text(it.as_str())])).collect();
            if scope.department.is_none() {
                scans.push(of(" AND department IS NULL", Vec::new()));
            }
            scans.push(involved());
            scans
        }
        Reach::UnownedOfDepartments => {
            let unowned = Part::new(" AND owner IS NULL", Vec::new()).and(served(scope, ""));
            vec![of(&unowned.sql, unowned.parameters), involved()]
        }
        Reach::Involved => vec![involved()],
        Reach::Nothing => Vec::new(),
    }
}

/// Along what has one facet, the rarest kind of those that are wanted; each row is looked up.
fn by_facet(scope: &ClosedScope, first: &str, others: &[String]) -> Scan {
    let mut row = Part::new(
        " AND EXISTS (SELECT 1 FROM conversations c WHERE c.conversation = facets.conversation AND c.live = 0 AND c.hidden = 0",
        Vec::new(),
    );
    row = row.and(seen(scope)).and(rest(scope, "c."));
    if scope.whose == Whose::Mine {
        row = row.and(Part::new(" AND c.owner = ?", vec![text(scope.member.as_str())]));
    }
    for other in others {
        let sql = " AND EXISTS (SELECT 1 FROM facets f WHERE f.facet = ? AND f.last_at = c.last_at AND f.conversation = c.conversation)";
        row = row.and(Part::new(sql, vec![text(other.as_str())]));
    }
    row = row.and(Part::new(")", Vec::new()));
    Part::new("facet = ?", vec![text(first)]).and(row).and(time(scope)).of("facets")
}

/// Why a row `c` is seen.
fn seen(scope: &ClosedScope) -> Part {
    let involved = || {
        let sql = "EXISTS (SELECT 1 FROM involved i WHERE i.member = ? AND i.last_at = c.last_at AND i.conversation = c.conversation)";
        Part::new(sql, vec![text(scope.member.as_str())])
    };
    let either = |one: Part| {
        let open = Part::new(" AND ((1 = 1", Vec::new()).and(one);
        open.and(Part::new(") OR ", Vec::new())).and(involved()).and(Part::new(")", Vec::new()))
    };
    match scope.reach {
        Reach::Everything => Part::default(),
        Reach::Departments => either(served(scope, "c.")),
        Reach::UnownedOfDepartments => {
            either(Part::new(" AND c.owner IS NULL", Vec::new()).and(served(scope, "c.")))
        }
        Reach::Involved => Part::new(" AND ", Vec::new()).and(involved()),
        Reach::Nothing => Part::new(" AND 1 = 0", Vec::new()),
    }
}

/// A row of no department or of one that the reader serves.
fn served(scope: &ClosedScope, row: &str) -> Part {
    let named: Vec<Value> = scope.departments.iter().map(|it| text(it.as_str())).collect();
    let marks = vec!["?"; named.len()].join(", ");
    let sql = format!(" AND ({row}department IS NULL OR {row}department IN ({marks}))");
    Part::new(sql, named)
}

/// What else a row must be that its own columns say.
fn rest(scope: &ClosedScope, row: &str) -> Part {
    let mut part = Part::default();
    if let Some(department) = &scope.department {
        let sql = format!(" AND {row}department = ?");
        part = part.and(Part::new(sql, vec![text(department.as_str())]));
    }
    if let Some(campaign) = &scope.campaign {
        let sql = format!(" AND {row}campaign = ?");
        part = part.and(Part::new(sql, vec![text(campaign.as_str())]));
    }
    if scope.whose == Whose::Team {
        // The sign keeps the index of owners out: it has no order of time across them.
        let sql = format!(" AND +{row}owner IS NOT NULL AND +{row}owner <> ?");
        part = part.and(Part::new(sql, vec![text(scope.member.as_str())]));
    }
    part
}

/// From when to when; every table that is scanned has the time in its order.
fn time(scope: &ClosedScope) -> Part {
    let from =
        scope.filter.from.map(|it| Part::new(" AND last_at >= ?", vec![number(it.as_millis())]));
    let before =
        scope.filter.before.map(|it| Part::new(" AND last_at < ?", vec![number(it.as_millis())]));
    from.into_iter().chain(before).fold(Part::default(), Part::and)
}
