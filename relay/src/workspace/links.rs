//! What comes of a one-time link, and how long it outlives the right of whoever made it.
//!
//! Who makes a link could use it. So what came of one is worth no more than its maker:
//!
//! - The link itself, and a sign-in that was made by one, hold as long as the maker might make such a
//!   link for the member again.
//! - A password that was set by one holds until the member becomes stronger than the maker was. It
//!   outlasts the maker: whoever leaves a team does not lock out all whom they ever helped.

use inbox_protocol::{Refusal, http::Action};
use inbox_types::{MemberId, Role};
use serde::{Deserialize, Serialize};

use super::book::{Book, MemberRow};

/// Who made the link that something came of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Maker {
    /// Who; nobody knows of links that were made before that was noted.
    pub id: Option<MemberId>,
    /// How strong they were when it came of the link.
    pub role: Role,
}

impl Book {
    /// Whether one member may make a sign-in link for another.
    ///
    /// # Errors
    ///
    /// If there is no such member, or they are stronger.
    pub fn may_link(&self, by: &MemberRow, id: &MemberId) -> Result<(), Refusal> {
        let row = self.member(id).ok_or(Refusal::NotFound)?;
        if row.role < by.role { Err(Refusal::Forbidden) } else { Ok(()) }
    }

    /// Whether a one-time link for a member may still be used, and whether a sign-in that was made by
    /// one goes on: whoever made it must be of the team, and might make it again now. Nobody knows who
    /// made those of before; it was an admin at least.
    #[must_use]
    pub fn link_holds(&self, maker: Option<&MemberId>, id: &MemberId) -> bool {
        let Some(row) = self.members.get(id).filter(|it| !it.removed) else { return false };
        let role = match maker {
            Some(maker) => {
                let maker = self.member(maker).filter(|it| self.may(it, Action::Administer));
                let Some(maker) = maker else { return false };
                maker.role
            }
            None => Role::Admin,
        };
        role <= row.role
    }

    /// The maker of a link that is being used.
    #[must_use]
    pub fn maker(&self, id: Option<MemberId>) -> Maker {
        let known = id.as_ref().and_then(|it| self.members.get(it));
        Maker { role: known.map_or(Role::Admin, |it| it.role), id }
    }

    /// Whether a password that was set by a link still lets the member in: they are not stronger than
    /// the maker was, or the maker might make it again now.
    #[must_use]
    pub fn password_holds(&self, maker: &Maker, id: &MemberId) -> bool {
        let Some(row) = self.members.get(id).filter(|it| !it.removed) else { return false };
        maker.role <= row.role || self.link_holds(maker.id.as_ref(), id)
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::{DepartmentForm, Invite, MemberPatch};
    use inbox_types::{Email, Name};

    use super::*;
    use crate::workspace::book::Change;

    fn id<T: std::str::FromStr<Err = inbox_types::IdError>>(raw: &str) -> T {
        raw.parse().expect("an id")
    }

    fn name(raw: &str) -> Name {
        raw.to_owned().try_into().expect("a name")
    }

    fn email(raw: &str) -> Email {
        format!("{raw}@pots.example").try_into().expect("an e-mail")
    }

    /// Olga owns the workspace, Adam is an admin, Ana an agent of sales.
    fn book(has_accepted: bool) -> (Book, MemberRow) {
        let (mut book, _) = Book::new(name("Pots"), id("olga"), name("Olga"), email("olga"));
        let olga = book.members[&id("olga")].clone();
        let form =
            DepartmentForm { name: name("Sales"), assignment: inbox_types::Assignment::Offer };
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

    fn patch(book: &mut Book, olga: &MemberRow, who: &str, patch: MemberPatch) -> Vec<Change> {
        book.patch_member(olga, &id(who), patch).expect("changed")
    }

    fn role(role: Role) -> MemberPatch {
        MemberPatch { role: Some(role), ..MemberPatch::default() }
    }

    type Deed = fn(&mut Book, &MemberRow) -> Vec<Change>;

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
                let (adam, of_olga) = (book.maker(Some(id("adam"))), book.maker(Some(id("olga"))));
                drop(deed(&mut book, &olga));
                let holds = book.link_holds(adam.id.as_ref(), &id("ana"));
                assert_eq!([holds, holds], [link, sign_in], "{what}");
                assert_eq!(book.password_holds(&adam, &id("ana")), password, "{what}: password");
                // Nobody is above an owner.
                let of_owner = what != "removed";
                assert_eq!(book.link_holds(of_olga.id.as_ref(), &id("ana")), of_owner, "{what}");
                assert_eq!(book.password_holds(&of_olga, &id("ana")), of_owner, "{what}");
            }
        }
    }

    #[test]
    fn who_made_a_link_of_before_is_taken_for_an_admin() {
        let (mut book, olga) = book(false);
        let unknown = book.maker(None);
        assert!(book.link_holds(None, &id("ana")));
        assert!(book.password_holds(&unknown, &id("ana")));
        patch(&mut book, &olga, "ana", role(Role::Owner));
        assert!(!book.link_holds(None, &id("ana")));
        assert!(!book.password_holds(&unknown, &id("ana")));
        assert!(!book.link_holds(None, &id("nobody")));
        assert!(!book.password_holds(&unknown, &id("nobody")));
    }
}
