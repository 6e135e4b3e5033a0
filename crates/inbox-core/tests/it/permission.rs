//! The table of permissions, cell by cell.

use expect_test::{Expect, expect};
use inbox_core::permission::{
    Action, BULK, SessionFacts, SessionOutline, all_of, can_answer, may, may_ever,
    may_exceed_capacity, possible, possible_in_bulk,
};
use inbox_types::{AgentView, Role, WorkspaceSettings};

use crate::{scene::Scene, script};

const EVERYBODY: [&str; 10] =
    ["olga", "adam", "sue", "tom", "ana", "cid", "sam", "sal", "mia", "ivy"];

#[test]
fn p1_the_table_of_a_session_of_ben_in_sales() {
    table(
        &WorkspaceSettings::default(),
        &expect![[r#"
                       olga adam sue tom ana cid sam sal mia ivy
        View           yes  yes  yes yes yes own yes yes -   yes
        Reply          yes  yes  yes yes yes own yes yes -   -
        Note           yes  yes  yes yes yes own yes yes -   -
        Whisper        yes  yes  yes yes own own own own -   -
        Take           yes  yes  yes yes yes own yes yes -   -
        Transfer       own  own  own -   own own own own -   -
        ChangeOwner    yes  yes  yes yes -   -   -   -   -   -
        Invite         yes  yes  yes yes own own own own -   -
        Supervise      yes  yes  yes yes -   -   -   -   -   -
        Leave          yes  yes  yes yes yes own yes yes -   -
        End            yes  yes  yes yes yes own yes yes -   -
        Ask            yes  yes  yes yes yes own yes yes -   -
        Wrapup         yes  yes  yes yes yes own yes yes -   -
        Snooze         yes  yes  yes yes yes own yes yes -   -
        Reopen         yes  yes  yes yes yes own yes yes -   -
        Block          yes  yes  yes -   -   -   -   -   -   -
        Erase          yes  yes  -   -   -   -   -   -   -   -
        EditOwn        yes  yes  yes yes yes own yes yes -   -
        DeleteOwn      yes  yes  yes yes yes own yes yes -   -
        EditContact    yes  yes  yes yes yes own yes yes -   -
        SeeUnmasked    yes  yes  -   -   -   -   -   -   -   -
        Administer     yes  yes  -   -   -   -   -   -   -   -
        EditCanned     yes  yes  yes yes -   -   -   -   -   -
        EditCampaigns  yes  yes  -   -   -   -   -   -   yes -
        Audit          yes  yes  -   -   -   -   -   -   -   -"#]],
    );
}

#[test]
fn p2_the_table_with_every_switch_on() {
    let mut settings = WorkspaceSettings::default();
    let roles = &mut settings.roles;
    roles.team_lead_transfers = true;
    roles.agent_changes_owner = true;
    roles.agent_blocks = true;
    roles.team_lead_blocks = true;
    roles.supervisor_deletes = true;
    roles.forbid_editing = true;
    roles.forbid_deleting = true;
    roles.leads_see_unmasked = true;
    roles.supervisor_own_departments = true;
    roles.agent_view = AgentView::All;
    table(
        &settings,
        &expect![[r#"
                       olga adam sue tom ana cid sam sal mia ivy
        View           yes  yes  yes yes yes yes yes yes -   yes
        Reply          yes  yes  yes yes yes yes yes yes -   -
        Note           yes  yes  yes yes yes yes yes yes -   -
        Whisper        yes  yes  yes yes own own own own -   -
        Take           yes  yes  yes yes yes yes yes yes -   -
        Transfer       own  own  own own own own own own -   -
        ChangeOwner    yes  yes  yes yes yes yes yes yes -   -
        Invite         yes  yes  yes yes own own own own -   -
        Supervise      yes  yes  yes yes -   -   -   -   -   -
        Leave          yes  yes  yes yes yes yes yes yes -   -
        End            yes  yes  yes yes yes yes yes yes -   -
        Ask            yes  yes  yes yes yes yes yes yes -   -
        Wrapup         yes  yes  yes yes yes yes yes yes -   -
        Snooze         yes  yes  yes yes yes yes yes yes -   -
        Reopen         yes  yes  yes yes yes yes yes yes -   -
        Block          yes  yes  yes yes yes yes yes yes -   -
        Erase          yes  yes  yes -   -   -   -   -   -   -
        EditOwn        yes  yes  yes yes -   -   -   -   -   -
        DeleteOwn      yes  yes  yes yes -   -   -   -   -   -
        EditContact    yes  yes  yes yes yes yes yes yes -   -
        SeeUnmasked    yes  yes  yes yes -   -   -   -   -   -
        Administer     yes  yes  -   -   -   -   -   -   -   -
        EditCanned     yes  yes  yes yes -   -   -   -   -   -
        EditCampaigns  yes  yes  -   -   -   -   -   -   yes -
        Audit          yes  yes  -   -   -   -   -   -   -   -"#]],
    );
}

#[test]
fn p3_agents_see_what_their_setting_says() {
    let views = |view: AgentView, facts: &SessionFacts| {
        let mut settings = WorkspaceSettings::default();
        settings.roles.agent_view = view;
        let sees = |who: &str| may(&script::agent(who), facts, &settings, Action::View);
        (sees("ana"), sees("cid"))
    };
    let (owned, waiting) = (owned_by("ben"), facts());
    assert_eq!(views(AgentView::All, &owned), (true, true));
    assert_eq!(views(AgentView::Departments, &owned), (true, false));
    assert_eq!(views(AgentView::OwnAndUnassigned, &owned), (false, false));
    assert_eq!(views(AgentView::OwnAndUnassigned, &waiting), (true, false));
    assert_eq!(views(AgentView::Own, &waiting), (false, false));
    assert_eq!(views(AgentView::Own, &owned_by("ana")), (true, false));
}

#[test]
fn p3_whoever_is_asked_or_took_part_sees_it() {
    let settings = WorkspaceSettings::default();
    let asked = SessionFacts { asked: Some(script::id("cid")), ..facts() };
    assert!(may(&script::agent("cid"), &asked, &settings, Action::View));
    let was_there = SessionFacts { ever_joined: vec![script::id("cid")], ..facts() };
    assert!(may(&script::agent("cid"), &was_there, &settings, Action::View));
    assert!(!may(&script::agent("cid"), &facts(), &settings, Action::View));
}

#[test]
fn p3_whoever_owes_a_wrapup_sees_what_it_is_about() {
    for view in [AgentView::Own, AgentView::OwnAndUnassigned, AgentView::Departments] {
        let mut scene = Scene::default();
        scene.context.workspace.roles.agent_view = view;
        // The next session is another agent's and of another queue.
        let given = "visitor writes hello\ndesk offers o1 ana\nana accepts o1\nvisitor ends\nvisitor writes again\n\
                     adam moves support\nsue takes";
        script::lines(given).for_each(|line| drop(scene.play(line).unwrap()));
        let may = possible(&script::agent("ana"), &scene.conversation, &scene.context);
        assert!(may.contains(&Action::Wrapup), "{view:?}: {may:?}");
        scene.play("ana wraps_up 1 because solved").unwrap();
        let may = possible(&script::agent("ana"), &scene.conversation, &scene.context);
        assert!(!may.contains(&Action::View), "{view:?}: nothing is owed any more");
    }
}

#[test]
fn p3_a_supervisor_can_be_kept_to_the_own_departments() {
    let elsewhere = SessionFacts { department: Some(script::id("support")), ..facts() };
    let mut settings = WorkspaceSettings::default();
    assert!(may(&script::agent("sue"), &elsewhere, &settings, Action::View));
    settings.roles.supervisor_own_departments = true;
    assert!(!may(&script::agent("sue"), &elsewhere, &settings, Action::View));
    assert!(may(&script::agent("sue"), &facts(), &settings, Action::View));
}

#[test]
fn p3_what_belongs_to_no_queue_belongs_to_everybody() {
    let settings = WorkspaceSettings::default();
    let nobodys = SessionFacts { department: None, ..facts() };
    assert!(may(&script::agent("cid"), &nobodys, &settings, Action::View));
}

#[test]
fn p5_a_console_shows_what_is_possible_now() {
    shown(
        "visitor writes hello",
        "ana",
        &expect!["View Note Take End EditOwn DeleteOwn EditContact"],
    );
    shown(
        "visitor writes hello\nana takes",
        "ana",
        &expect![
            "View Reply Note Transfer Invite Leave End Ask Snooze EditOwn DeleteOwn EditContact"
        ],
    );
    shown(
        "visitor writes hello\nana takes",
        "ben",
        &expect!["View Note EditOwn DeleteOwn EditContact"],
    );
    shown(
        "visitor writes hello\nana takes",
        "sue",
        &expect![
            "View Note Whisper Take ChangeOwner Invite Supervise End Snooze Block EditOwn DeleteOwn EditContact EditCanned"
        ],
    );
    shown(
        "visitor writes hello\nana takes\nvisitor ends",
        "ana",
        &expect!["View Note Wrapup EditOwn DeleteOwn EditContact"],
    );
    shown(
        "visitor writes hello\nana takes\nana ends",
        "ana",
        &expect!["View Note Reopen EditOwn DeleteOwn EditContact"],
    );
    shown(
        "visitor writes hello\nadam blacklists",
        "adam",
        &expect!["Block Erase Administer EditCanned EditCampaigns Audit"],
    );
}

#[test]
fn p6_who_answers_can_be_asked_and_leads_exceed_their_capacity() {
    let those = |holds: fn(&inbox_core::Agent) -> bool| {
        let people = EVERYBODY.into_iter().filter(|who| holds(&script::agent(who)));
        people.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(those(can_answer), "olga adam sue tom ana cid sam sal");
    assert_eq!(those(may_exceed_capacity), "olga adam sue tom");
}

fn facts() -> SessionFacts {
    SessionFacts { department: Some(script::id("sales")), ..SessionFacts::default() }
}

fn owned_by(who: &str) -> SessionFacts {
    SessionFacts {
        owner: Some(script::id(who)),
        participants: vec![script::id(who)],
        ever_joined: vec![script::id(who)],
        ..facts()
    }
}

/// What a role is told that it may, is what it may; nobody has what this version does not know.
#[test]
fn p1_all_that_a_role_may_is_what_the_table_says() {
    let settings = WorkspaceSettings::default();
    for role in Role::ALL {
        let all = all_of(role, &settings);
        for action in Action::ALL {
            assert_eq!(all.contains(&action), may_ever(role, &settings, action), "{role:?}");
        }
        assert!(!may_ever(role, &settings, Action::Later));
        assert_eq!(
            all.contains(&Action::Administer),
            matches!(role, Role::Owner | Role::Admin),
            "{role:?}"
        );
    }
}

/// Who may do what in a session of ben's in sales, and `own` in one of one's own.
#[track_caller]
fn table(settings: &WorkspaceSettings, then: &Expect) {
    let mut rows = vec![format!("{:14} {}", "", EVERYBODY.join(" "))];
    for action in Action::ALL {
        let cells: Vec<String> = EVERYBODY
            .iter()
            .map(|who| {
                let agent = script::agent(who);
                let others = may(&agent, &owned_by("ben"), settings, action);
                let own = may(&agent, &owned_by(who), settings, action);
                let cell = match (others, own) {
                    (true, _) => "yes",
                    (false, true) => "own",
                    (false, false) => "-",
                };
                format!("{cell:width$}", width = who.len())
            })
            .collect();
        rows.push(
            format!("{:14} {}", format!("{action:?}"), cells.join(" ")).trim_end().to_owned(),
        );
    }
    then.assert_eq(&rows.join("\n"));
}

#[test]
fn p8_a_list_offers_what_each_conversation_allows() {
    for given in [
        "visitor writes hello",
        "visitor writes hello\ndesk offers o1 ana",
        "visitor writes hello\nana takes",
        "visitor writes hello\nana takes\nana snoozes",
        "visitor writes hello\nana takes\nana ends now",
        "visitor writes hello\nana takes\nvisitor ends",
    ] {
        for who in EVERYBODY {
            let mut scene = Scene::default();
            script::lines(given).for_each(|line| drop(scene.play(line).unwrap()));
            let (agent, conversation) = (script::agent(who), &scene.conversation);
            let session = conversation.session().unwrap();
            let standing = SessionOutline {
                state: session.state(),
                owner: session.owner(),
                takes_part: session.has_participant(&agent.id),
                closed_by: session.closed().map(|(cause, _)| cause),
                is_blocked: false,
                is_served: true,
                is_read_only: false,
            };
            let facts = SessionFacts::of(conversation);
            let offered = possible_in_bulk(&agent, &facts, &scene.context.workspace, standing);
            let allowed = possible(&agent, conversation, &scene.context);
            let wanted: Vec<Action> = BULK.into_iter().filter(|it| allowed.contains(it)).collect();
            assert_eq!(offered, wanted, "{who}: {given}");
        }
    }
}

#[track_caller]
fn shown(given: &str, who: &str, then: &Expect) {
    let mut scene = Scene::default();
    scene.context.site.ask_still_questions = true;
    for line in script::lines(given) {
        let line = if line.ends_with(" ends") && line != "visitor ends" {
            format!("{line} now")
        } else {
            line.to_owned()
        };
        scene.play(&line).unwrap();
    }
    let may = possible(&script::agent(who), &scene.conversation, &scene.context);
    let names: Vec<String> = may.iter().map(|action| format!("{action:?}")).collect();
    then.assert_eq(&names.join(" "));
}
