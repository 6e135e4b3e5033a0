//! What comes of a one-time link, and how long it outlives the right of whoever made it.
//!
//! Who makes a link could use it. So what came of one is worth no more than its maker:
//!
//! - The link itself, and a sign-in that was made by one, hold as long as the maker might make such a
//!   link for the member again.
//! - A password that was set by one holds until the member becomes stronger than the maker was. It
//!   outlasts the maker: whoever leaves a team does not lock out all whom they ever helped.
//!
//! Whoever is signed in by a link may in truth be its maker. So what they make is made by both, and it
//! is worth no more than the weakest of all its makers, however many links lead to it.

use inbox_protocol::Refusal;
use inbox_types::{Action, MemberId, Role};

pub(super) use super::linked::Makers;
use super::{
    linked::{Maker, UNKNOWN},
    state::{MemberRow, WorkspaceState},
};

/// What stands in the audit log between whom a link is for and who is behind it.
const BEHIND: &str = "by-link-of";

/// Whom a link is for, as the audit log has it, and by whose links whoever makes it is signed in: it
/// may be one of those.
#[must_use]
pub(super) fn written_down(whom: &str, makers: &Makers) -> String {
    match makers.behind() {
        behind if behind.is_empty() => whom.to_owned(),
        behind => format!("{whom} {BEHIND} {behind}"),
    }
}

/// Who was behind it, of what the audit log has. An invitation's role, which stands last, is nobody.
pub(super) fn behind(what: &str) -> impl Iterator<Item = &str> {
    let is_role = |it: &str| Role::ALL.iter().any(|role| format!("{role:?}") == it);
    let words = what.split(' ').skip_while(|it| *it != BEHIND).skip(1);
    words.filter(move |it| *it != UNKNOWN && !is_role(it))
}

impl WorkspaceState {
    /// Whether one member may make a sign-in link for another.
    ///
    /// # Errors
    ///
    /// If there is no such member, or they are stronger.
    pub fn may_link(&self, by: &MemberRow, id: &MemberId) -> Result<(), Refusal> {
        let row = self.member(id).ok_or(Refusal::NotFound)?;
        if row.role < by.role { Err(Refusal::Forbidden) } else { Ok(()) }
    }

    /// The makers of what a member makes now, who is signed in by what those of `under` made.
    #[must_use]
    pub fn makers(&self, by: &MemberId, under: Option<Makers>) -> Makers {
        let mut makers = vec![self.as_they_are(Maker { id: Some(by.clone()), ..Maker::unknown() })];
        for it in under.into_iter().flat_map(|it| it.0) {
            if !makers.contains(&it) {
                makers.push(it);
            }
        }
        Makers(makers)
    }

    /// The makers of a password that is being set by what they made: it is as strong as they are now.
    #[must_use]
    pub fn makers_of_password(&self, makers: Makers) -> Makers {
        let now = |it: Maker| if it.by_password { it } else { self.as_they_are(it) };
        Makers(makers.0.into_iter().map(now).collect())
    }

    fn as_they_are(&self, maker: Maker) -> Maker {
        let known = maker.id.as_ref().and_then(|it| self.members.get(it));
        Maker { role: known.map_or(Role::Admin, |it| it.role), ..maker }
    }

    /// Whether a one-time link for a member may still be used, and whether a sign-in that was made by
    /// one goes on: whoever made it must be of the team, and might make it again now. Whoever only
    /// knew a password that led to it need not be.
    #[must_use]
    pub fn link_holds(&self, makers: &Makers, id: &MemberId) -> bool {
        let Some(row) = self.members.get(id).filter(|it| !it.removed) else { return false };
        makers.0.iter().all(|it| {
            if it.by_password { self.was_as_strong(it, row) } else { self.might_link(it, row) }
        })
    }

    /// Whether a password that was set by a link still lets the member in: they are not stronger than
    /// each maker was, or that one might make it again now.
    #[must_use]
    pub fn password_holds(&self, makers: &Makers, id: &MemberId) -> bool {
        let Some(row) = self.members.get(id).filter(|it| !it.removed) else { return false };
        makers.0.iter().all(|it| self.was_as_strong(it, row))
    }

    /// Nobody knows who made links of before; it was an admin at least.
    fn might_link(&self, maker: &Maker, row: &MemberRow) -> bool {
        let role = match &maker.id {
            Some(id) => {
                let maker = self.member(id).filter(|it| self.may(it, Action::Administer));
                let Some(maker) = maker else { return false };
                maker.role
            }
            None => Role::Admin,
        };
        role <= row.role
    }

    fn was_as_strong(&self, maker: &Maker, row: &MemberRow) -> bool {
        maker.role <= row.role || self.might_link(maker, row)
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::{DepartmentForm, Invite, MemberPatch};

    use super::*;
    use crate::workspace::{
        fixture::{email, id, name, state},
        state::Change,
    };

    /// Olga owns the workspace, Adam is an admin, Ana an agent of sales.
    fn book(has_accepted: bool) -> (WorkspaceState, MemberRow) {
        let (mut book, olga) = state();
        let form = DepartmentForm {
            name: name("Sales"),
            assignment: inbox_types::Assignment::Offer,
            hours: None,
        };
        book.put_department(id("sales"), form).expect("a queue");
        for (who, role) in [("adam", Role::Admin), ("ana", Role::Agent)] {
            let invite =
                Invite { name: name(who), email: email(who), role, departments: vec![id("sales")] };
            book.invite(&olga, id(who), invite).expect("invited");
            if has_accepted || who == "adam" {
                book.accept(&id(who)).expect("accepted");
            }
        }
        (book, olga)
    }

    fn patch(
        book: &mut WorkspaceState,
        olga: &MemberRow,
        who: &str,
        patch: MemberPatch,
    ) -> Vec<Change> {
        book.patch_member(olga, &id(who), patch).expect("changed")
    }

    fn role(role: Role) -> MemberPatch {
        MemberPatch { role: Some(role), ..MemberPatch::default() }
    }

    type Deed = fn(&mut WorkspaceState, &MemberRow) -> Vec<Change>;

    /// What happens, and whether a link of Adam's for Ana, a sign-in by it and a password by it hold
    /// afterwards.
    const DEEDS: [(&str, Deed, [bool; 3]); 13] = [
        ("nothing", |_, _| Vec::new(), [true, true, true]),
        (
            "renamed",
            |book, olga| {
                let renamed = MemberPatch { name: Some(name("Anna")), ..MemberPatch::default() };
                patch(book, olga, "ana", renamed)
            },
            [true, true, true],
        ),
        (
            "department lost",
            |book, olga| {
                let lost = MemberPatch { departments: Some(Vec::new()), ..MemberPatch::default() };
                patch(book, olga, "ana", lost)
            },
            [true, true, true],
        ),
        (
            "maker's department lost",
            |book, olga| {
                let lost = MemberPatch { departments: Some(Vec::new()), ..MemberPatch::default() };
                patch(book, olga, "adam", lost)
            },
            [true, true, true],
        ),
        (
            "raised to admin",
            |book, olga| patch(book, olga, "ana", role(Role::Admin)),
            [true, true, true],
        ),
        (
            "raised to owner",
            |book, olga| patch(book, olga, "ana", role(Role::Owner)),
            [false, false, false],
        ),
        (
            "raised to owner, and the maker too",
            |book, olga| {
                patch(book, olga, "adam", role(Role::Owner));
                patch(book, olga, "ana", role(Role::Owner))
            },
            [true, true, true],
        ),
        (
            "removed",
            |book, olga| book.delete_member(olga, &id("ana"), None).expect("removed"),
            [false, false, false],
        ),
        (
            "maker demoted",
            |book, olga| patch(book, olga, "adam", role(Role::Supervisor)),
            [false, false, true],
        ),
        (
            "maker demoted below the member",
            |book, olga| patch(book, olga, "adam", role(Role::Auditor)),
            [false, false, true],
        ),
        (
            "maker demoted, and the member raised to owner",
            |book, olga| {
                patch(book, olga, "adam", role(Role::Supervisor));
                patch(book, olga, "ana", role(Role::Owner))
            },
            [false, false, false],
        ),
        (
            "maker removed",
            |book, olga| book.delete_member(olga, &id("adam"), None).expect("removed"),
            [false, false, true],
        ),
        (
            "maker removed, and the member raised to owner",
            |book, olga| {
                drop(book.delete_member(olga, &id("adam"), None).expect("removed"));
                patch(book, olga, "ana", role(Role::Owner))
            },
            [false, false, false],
        ),
    ];

    #[test]
    fn what_comes_of_a_link_is_worth_no_more_than_its_maker() {
        for (what, deed, [link, sign_in, password]) in DEEDS {
            for has_accepted in [false, true] {
                let (mut book, olga) = book(has_accepted);
                let made_by = |who| book.makers(&id(who), None);
                let (adam, of_olga) = (made_by("adam"), made_by("olga"));
                drop(deed(&mut book, &olga));
                let holds = book.link_holds(&adam, &id("ana"));
                assert_eq!([holds, holds], [link, sign_in], "{what}");
                assert_eq!(book.password_holds(&adam, &id("ana")), password, "{what}: password");
                // Nobody is above an owner.
                let of_owner = what != "removed";
                assert_eq!(book.link_holds(&of_olga, &id("ana")), of_owner, "{what}");
                assert_eq!(book.password_holds(&of_olga, &id("ana")), of_owner, "{what}");
            }
        }
    }

    #[test]
    fn who_made_a_link_of_before_is_taken_for_an_admin() {
        let (mut book, olga) = book(false);
        let unknown = Makers::read("").expect("nobody is stored as nothing");
        assert_eq!(unknown, Makers::unknown());
        assert!(book.link_holds(&unknown, &id("ana")));
        assert!(book.password_holds(&unknown, &id("ana")));
        patch(&mut book, &olga, "ana", role(Role::Owner));
        assert!(!book.link_holds(&unknown, &id("ana")));
        assert!(!book.password_holds(&unknown, &id("ana")));
        assert!(!book.link_holds(&unknown, &id("nobody")));
        assert!(!book.password_holds(&unknown, &id("nobody")));
    }

    #[test]
    fn who_is_behind_a_link_is_read_from_the_audit_log() {
        let (book, _) = book(true);
        let own = book.makers(&id("ana"), None);
        assert_eq!(written_down("carl", &own), "carl");
        let through = book.makers(&id("ana"), Some(book.makers(&id("adam"), None)));
        let what = written_down("carl", &through);
        assert_eq!(what, "carl by-link-of adam");
        for (what, who) in [
            ("carl".to_owned(), vec![]),
            (format!("{what} Admin"), vec!["adam"]),
            (what, vec!["adam"]),
            ("carl by-link-of adam olga Agent".to_owned(), vec!["adam", "olga"]),
            (format!("carl {BEHIND} {UNKNOWN}"), vec![]),
        ] {
            assert_eq!(behind(&what).collect::<Vec<_>>(), who, "{what}");
        }
    }

    #[test]
    fn what_was_stored_of_a_maker_before_there_were_many_is_read() {
        let (book, _) = book(true);
        let one = |role, id: &str| {
            Makers(vec![Maker { id: Some(id.parse().expect("an id")), role, by_password: false }])
        };
        assert_eq!(Makers::read("adam"), Some(one(Role::Admin, "adam")));
        let stored = r#"{"id":"olga","role":"owner"}"#;
        assert_eq!(Makers::read(stored), Some(one(Role::Owner, "olga")));
        let many = book.makers(&id("ana"), Some(book.makers(&id("adam"), None).by_password()));
        let stored = serde_json::to_string(&many).expect("it is written");
        assert_eq!(Makers::read(&stored), Some(many));
        for broken in ["{", "[", "[{}]", "no id"] {
            assert_eq!(Makers::read(broken), None, "{broken}");
        }
    }

    /// Olga owns the workspace. Adam and Carl are admins, Bea is one too, Ana is an agent.
    fn book_of_admins() -> (WorkspaceState, MemberRow) {
        let (mut book, olga) = book(true);
        for who in ["carl", "bea"] {
            let invite = Invite {
                name: name(who),
                email: email(who),
                role: Role::Admin,
                departments: vec![],
            };
            book.invite(&olga, id(who), invite).expect("invited");
            book.accept(&id(who)).expect("accepted");
        }
        (book, olga)
    }

    type Way = fn(&WorkspaceState) -> Makers;

    /// How Adam comes to make something for Ana without its being asked for by Adam.
    const WAYS: [(&str, Way); 4] = [
        ("as Carl, by a link of his own", |book| {
            book.makers(&id("carl"), Some(book.makers(&id("adam"), None)))
        }),
        ("as Bea, by a link that he made as Carl", |book| {
            let carl = book.makers(&id("carl"), Some(book.makers(&id("adam"), None)));
            book.makers(&id("bea"), Some(carl))
        }),
        ("as Carl, by a link that he made as Carl", |book| {
            let carl = book.makers(&id("carl"), Some(book.makers(&id("adam"), None)));
            book.makers(&id("carl"), Some(carl))
        }),
        ("as Carl, by a password that he set by a link", |book| {
            let set = book.makers_of_password(book.makers(&id("adam"), None));
            book.makers(&id("carl"), Some(set.by_password()))
        }),
    ];

    #[test]
    fn what_is_made_under_a_sign_in_of_a_link_is_made_by_whoever_made_that() {
        // What lets in as Ana afterwards, for each deed: a link or invitation, a sign-in by it, and a
        // password by it; and the same of what Adam made where a password alone led to it, which
        // outlasts him.
        let rows: [(&str, Deed, [bool; 2], [bool; 2]); 7] = [
            ("nothing", |_, _| Vec::new(), [true, true], [true, true]),
            (
                "maker removed",
                |book, olga| book.delete_member(olga, &id("adam"), None).expect("removed"),
                [false, true],
                [true, true],
            ),
            (
                "maker demoted",
                |book, olga| patch(book, olga, "adam", role(Role::Agent)),
                [false, true],
                [true, true],
            ),
            (
                "the one between raised to owner",
                |book, olga| patch(book, olga, "carl", role(Role::Owner)),
                // Adam is as strong as Ana by himself.
                [true, true],
                [true, true],
            ),
            (
                "the member and those between raised to owner",
                |book, olga| {
                    for who in ["carl", "bea"] {
                        patch(book, olga, who, role(Role::Owner));
                    }
                    patch(book, olga, "ana", role(Role::Owner))
                },
                [false, false],
                [false, false],
            ),
            (
                "the member and those between raised to owner, and the maker removed",
                |book, olga| {
                    for who in ["carl", "bea", "ana"] {
                        patch(book, olga, who, role(Role::Owner));
                    }
                    book.delete_member(olga, &id("adam"), None).expect("removed")
                },
                [false, false],
                [false, false],
            ),
            (
                "the one between removed",
                |book, olga| {
                    drop(book.delete_member(olga, &id("bea"), None).expect("removed"));
                    book.delete_member(olga, &id("carl"), None).expect("removed")
                },
                [false, true],
                [false, true],
            ),
        ];
        for (what, deed, of_link, of_password) in rows {
            for (way, made) in WAYS {
                let (mut book, olga) = book_of_admins();
                let makers = made(&book);
                let password = book.makers_of_password(makers.clone());
                let named = if way.contains("by a password") { "" } else { "adam" };
                assert!(makers.behind().ends_with(named), "{way}: {}", makers.behind());
                drop(deed(&mut book, &olga));
                let lets_in = [
                    book.link_holds(&makers, &id("ana")),
                    book.password_holds(&password, &id("ana")),
                ];
                let expected = if way.contains("by a password") { of_password } else { of_link };
                assert_eq!(lets_in, expected, "{what}: {way}");
            }
        }
    }

    #[test]
    fn nobody_stays_in_as_a_member_who_became_an_owner_by_what_they_made_as_that_member() {
        for (way, made) in WAYS {
            let (mut book, olga) = book_of_admins();
            let makers = made(&book);
            let password = book.makers_of_password(makers.clone());
            for who in ["carl", "bea"] {
                patch(&mut book, &olga, who, role(Role::Owner));
            }
            for who in ["carl", "bea"] {
                assert!(!book.link_holds(&makers, &id(who)), "{way}: {who}");
                assert!(!book.password_holds(&password, &id(who)), "{way}: {who}");
            }
        }
    }
}
