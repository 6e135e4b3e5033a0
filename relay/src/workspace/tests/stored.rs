//! What an earlier release stored of a workspace (`tests/state/`, made by `cargo xtask state`) is opened by
//! this one, which shows what was shown of it and has no table otherwise than in a new database.

use inbox_host::earlier::lost;
use inbox_types::Timestamp;

use super::*;
use crate::workspace::hashing;

const SHOWN: &str = include_str!("../../../../tests/state/shown.json");
const WORKSPACE: &str = include_str!("../../../../tests/state/workspace.sql");

#[test]
fn a_workspace_that_a_release_stored_is_as_it_was_and_can_be_changed() {
    let mut shown: Json = serde_json::from_str(SHOWN).expect("JSON");
    for site in shown["settings"]["sites"].as_array_mut().expect("a list") {
        // Where scripts are loaded from is not stored.
        site.as_object_mut().expect("a site").remove("script_tag");
    }
    platform::set_now(Timestamp::from_millis(shown["at"].as_u64().expect("an instant")));
    let store = Store::in_memory();
    store.run(WORKSPACE, Vec::new()).expect("the database of a release");
    let workspace = Workspace::new(store.clone(), Ok(config()));
    let text = |name: &str| shown[name].as_str().expect("a text").to_owned();
    let olga = text("cookie").trim_start_matches("porchlight=").to_owned();
    let office = Office { store, workspace, olga };

    for what in ["settings", "campaigns", "audit"] {
        let now = office.done(what, Asked::default());
        assert_eq!(lost(&shown[what], &now), [""; 0], "{what}");
    }
    let password: Vec<Json> = office
        .store
        .rows(
            &format!("SELECT password FROM passwords WHERE member = '{}'", text("owner")),
            Vec::new(),
        )
        .expect("rows");
    let password = password[0]["password"].as_str().expect("a password").to_owned();
    assert!(Stored::read(password).is(&hashing::tests::turn(), &text("password")));

    let columns = |office: &Office| office.store.columns().expect("columns");
    assert_eq!(columns(&office), columns(&Office::new()));

    // Each row can be written again.
    let before = office.log().len();
    for (list, command, fields) in [
        ("departments", "put_department", &["name", "assignment"][..]),
        ("sites", "put_site", &["name", "origins", "department", "settings"][..]),
    ] {
        let row = &shown["settings"][list][0];
        let mut form: Json = fields.iter().map(|it| ((*it).to_owned(), row[*it].clone())).collect();
        form["name"] = "Another".into();
        let id = row["id"].as_str().expect("an id");
        office.done(command, Asked { form, ..named(id) });
    }
    assert_eq!(office.log().len(), before + 2);
}
