//! What is as it is wanted is stored no second time, written down in no log and told nobody.

use super::{
    Office, call_of, calls,
    command::{Command, Method},
    commands,
};

/// What sets something to a value, so that the second time there is nothing to do.
fn sets(command: &Command) -> bool {
    let by_name = ["order_campaigns", "set_campaign_status"].contains(&command.name);
    by_name || matches!(command.method, Method::Put | Method::Patch)
}

#[test]
fn what_is_set_to_what_it_is_is_neither_written_down_nor_told() {
    let setting: Vec<_> = commands::all().filter(|it| sets(it)).collect();
    assert_eq!(setting.len(), 10);
    for command in setting {
        let office = Office::new();
        let asked = call_of(command.name, &office);
        let first = office.command(&office.olga, command.name, asked.clone()).expect("done");
        assert_eq!(first.news, command.tells, "{}", command.name);
        let before = (office.stored(), office.log());
        let second = office.command(&office.olga, command.name, asked).expect("done again");
        assert_eq!(second.news, None, "{}", command.name);
        assert_eq!((office.stored(), office.log()), before, "{}", command.name);
        // A secret is told once.
        if command.name != "put_site" {
            assert_eq!(second.answer, first.answer, "{}", command.name);
        }
    }
}

#[test]
fn what_is_set_to_what_it_is_is_so_after_waking_too() {
    let office = Office::new();
    let calls = calls(&office);
    let asked = || calls["put_settings"].clone();
    office.done("put_settings", asked());
    let before = office.log();
    let store = office.store.clone();
    let workspace = super::Workspace::new(store, Ok(super::config()));
    let office = Office { workspace, ..office };
    let again = office.command(&office.olga, "put_settings", asked()).expect("done again");
    assert_eq!((again.news, office.log()), (None, before));
}
