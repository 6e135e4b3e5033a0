//! Campaigns: what may be stored, and in what order.

use inbox_protocol::http::DepartmentForm;
use inbox_types::{Assignment, Millis, limits::RULE_CONDITIONS};

use super::*;
use crate::workspace::fixture::{NOW, create, form, id, name, plan, shop};

fn order(state: &WorkspaceState) -> Vec<String> {
    state.campaigns_page().campaigns.iter().map(|it| it.id.to_string()).collect()
}

#[test]
fn a_campaign_begins_as_a_draft_after_all_others() {
    let mut state = shop();
    for campaign in ["z", "a", "m"] {
        let made = create(&mut state, campaign, plan()).expect("a campaign");
        assert_eq!((made.status, made.live_since), (CampaignStatus::Draft, None));
    }
    assert_eq!(order(&state), ["z", "a", "m"]);
    let form = OrderForm { site: id("main-s"), ids: vec![id("m"), id("z")] };
    state.order_campaigns(&form).expect("an order");
    assert_eq!(order(&state), ["m", "z", "a"]);
}

#[test]
fn an_order_names_each_campaign_of_its_site_once() {
    let mut state = shop();
    create(&mut state, "a", plan()).expect("a campaign");
    let mut order = |ids: &[&str]| {
        let ids = ids.iter().map(|it| id(it)).collect();
        state.order_campaigns(&OrderForm { site: id("main-s"), ids }).map(|_| ())
    };
    assert_eq!(order(&["a", "a"]), Err(Refusal::Malformed));
    assert_eq!(order(&["b"]), Err(Refusal::NotFound));
    assert_eq!(order(&["a"]), Ok(()));
}

#[test]
fn a_status_goes_one_way_and_archived_is_for_ever() {
    use CampaignStatus::{Archived, Draft, Live, Paused};
    let mut state = shop();
    create(&mut state, "a", plan()).expect("a campaign");
    let mut go = |status| state.set_status(&id("a"), status, NOW).map(|_| ());
    assert_eq!(go(Paused), Err(Refusal::State));
    assert_eq!(go(Live), Ok(()));
    assert_eq!(go(Draft), Err(Refusal::State));
    assert_eq!(go(Paused), Ok(()));
    assert_eq!(go(Live), Ok(()));
    assert_eq!(go(Archived), Ok(()));
    assert_eq!(go(Archived), Ok(()));
    assert_eq!(go(Live), Err(Refusal::State));
    assert_eq!(state.put_campaign(&id("a"), form(plan()), NOW).map(|_| ()), Err(Refusal::State));
}

#[test]
fn a_report_begins_when_the_campaign_first_did() {
    let mut state = shop();
    create(&mut state, "a", plan()).expect("a campaign");
    let later = NOW.after(Millis::days(1));
    for (status, at) in [
        (CampaignStatus::Live, NOW),
        (CampaignStatus::Paused, later),
        (CampaignStatus::Live, later),
    ] {
        state.set_status(&id("a"), status, at).expect("a status");
    }
    assert_eq!(state.campaigns[&id("a")].live_since, Some(NOW));
}

#[test]
fn what_is_unfinished_is_saved_and_does_not_speak() {
    let mut state = shop();
    create(&mut state, "a", CampaignPlan { variants: Vec::new(), ..plan() }).expect("a draft");
    let live = state.set_status(&id("a"), CampaignStatus::Live, NOW);
    assert_eq!(live.map(|_| ()), Err(Refusal::Malformed));
    state.put_campaign(&id("a"), form(plan()), NOW).expect("it is finished");
    state.set_status(&id("a"), CampaignStatus::Live, NOW).expect("it speaks");
    let empty = CampaignPlan { variants: Vec::new(), ..plan() };
    assert_eq!(state.put_campaign(&id("a"), form(empty), NOW).map(|_| ()), Err(Refusal::Malformed));
}

#[test]
fn nothing_over_a_limit_is_saved_and_nobody_speaks_who_is_not_there() {
    let mut state = shop();
    let is = || Rule::Is { not: false, condition: Condition::ExitIntent };
    let rule = Rule::All { of: (0..=RULE_CONDITIONS).map(|_| is()).collect() };
    let made = create(&mut state, "a", CampaignPlan { rule, ..plan() });
    assert_eq!(made, Err(Refusal::Malformed));
    let nobody = CampaignPlan { sender: Sender::Member(id("nobody")), ..plan() };
    assert_eq!(create(&mut state, "a", nobody), Err(Refusal::NotFound));
    // An editor that was open while the queue was deleted.
    let asks = |department: Option<&str>| {
        let department = department.map(id);
        let is = Rule::Is { not: false, condition: Condition::Available { department } };
        CampaignPlan { rule: Rule::All { of: vec![is] }, ..plan() }
    };
    assert_eq!(create(&mut state, "a", asks(Some("gone"))), Err(Refusal::NotFound));
    assert!(create(&mut state, "a", asks(None)).is_ok());
}

#[test]
fn a_site_has_room_for_so_many_and_fewer_speak_at_once() {
    let mut state = shop();
    for n in 0..CAMPAIGNS {
        create(&mut state, &format!("p{n}"), plan()).expect("there is room");
    }
    assert_eq!(create(&mut state, "more", plan()), Err(Refusal::TooMany));
    let mut live = |n| state.set_status(&id(&format!("p{n}")), CampaignStatus::Live, NOW);
    for n in 0..CAMPAIGNS_LIVE {
        live(n).expect("there is room");
    }
    assert_eq!(live(CAMPAIGNS_LIVE).map(|_| ()), Err(Refusal::TooMany));
    let archived = state.set_status(&id("p0"), CampaignStatus::Archived, NOW);
    archived.expect("it can be put away");
    create(&mut state, "more", plan()).expect("there is room again");
}

#[test]
fn ap41_what_is_archived_keeps_no_new_one_out_and_is_bounded() {
    let mut state = shop();
    let at = |n: usize| NOW.after(Millis(n as u64));
    let named = |n: usize| format!("p{n:04}");
    // The first never spoke, and each that follows later than the one before it.
    let n_all = 2 * CAMPAIGNS_ARCHIVED;
    for n in 0..n_all {
        create(&mut state, &named(n), plan()).expect("there is room for a new one");
        if 0 < n {
            state.set_status(&id(&named(n)), CampaignStatus::Live, at(n)).expect("it speaks");
        }
        let changes = state.set_status(&id(&named(n)), CampaignStatus::Archived, at(n));
        let forgotten: Vec<Change> = changes
            .expect("put away")
            .into_iter()
            .filter(|it| matches!(it, Change::Remove(_)))
            .collect();
        let oldest = n.checked_sub(CAMPAIGNS_ARCHIVED).map(|it| format!("campaign/{}", named(it)));
        assert_eq!(forgotten, oldest.into_iter().map(Change::Remove).collect::<Vec<_>>(), "{n}");
    }
    let kept: Vec<String> = (n_all - CAMPAIGNS_ARCHIVED..n_all).map(named).collect();
    assert_eq!(order(&state), kept);
    // What is not archived, and what is archived already, makes nothing forgotten.
    create(&mut state, "draft", plan()).expect("a campaign");
    state.set_status(&id(&kept[0]), CampaignStatus::Archived, NOW).expect("as it was");
    assert_eq!(state.campaigns.len(), CAMPAIGNS_ARCHIVED + 1);
}

#[test]
fn what_is_live_on_a_site_is_no_more_work_for_a_page_than_it_can_do() {
    let with = |n: usize| {
        let value = format!("(a|b){{{n}}}").try_into().expect("short");
        let matches = inbox_types::TextMatch { how: inbox_types::How::Regex, value };
        let condition = Condition::Title { matches };
        CampaignPlan { rule: Rule::Is { not: false, condition }, ..plan() }
    };
    let heavy = with(83);
    let each = regex_steps(&heavy);
    let n_fit = SITE_REGEX_STEPS / each;
    assert!((2..CAMPAIGNS_LIVE).contains(&n_fit), "{each}");
    let mut state = shop();
    for n in 0..=n_fit {
        create(&mut state, &format!("p{n}"), heavy.clone()).expect("a campaign");
    }
    let mut live = |n| state.set_status(&id(&format!("p{n}")), CampaignStatus::Live, NOW);
    for n in 0..n_fit {
        live(n).expect("it is quick enough");
    }
    assert_eq!(live(n_fit).map(|_| ()), Err(Refusal::TooMany));
    // What speaks already cannot grow into it either, but it can shrink.
    let larger = state.put_campaign(&id("p0"), form(with(99)), NOW).map(|_| ());
    assert_eq!(larger, Err(Refusal::TooMany));
    state.put_campaign(&id("p0"), form(plan()), NOW).expect("it is quicker");
    state.set_status(&id(&format!("p{n_fit}")), CampaignStatus::Live, NOW).expect("there is room");
}

#[test]
fn who_can_speak_is_who_answers() {
    let state = shop();
    let members: Vec<String> =
        state.campaigns_page().members.iter().map(|it| it.id.to_string()).collect();
    assert_eq!(members, ["olga"]);
}

#[test]
fn what_was_made_from_an_older_revision_is_refused_and_takes_nothing_back() {
    let mut state = shop();
    let made = create(&mut state, "a", plan()).expect("a campaign");
    let called = |text: &str| CampaignPlan { name: name(text), ..plan() };
    let from = |revision, plan| PlanForm { revision: Some(revision), plan };
    let mut save = |form| state.put_campaign(&id("a"), form, NOW).map(|it| it.0);
    let first = save(from(made.revision, called("Ana's"))).expect("saved");
    assert_ne!(first.revision, made.revision);
    assert_eq!(save(from(made.revision, called("Ben's"))), Err(Refusal::Changed));
    // Whoever did not hear that it was saved, and whoever saves nothing new, is told that it is so.
    assert_eq!(save(from(made.revision, called("Ana's"))), Ok(first.clone()));
    let second = save(from(first.revision, called("Ben's"))).expect("saved");
    // Without a revision whatever there is is replaced.
    let third = save(form(called("Cem's"))).expect("saved");
    assert!(second.revision < third.revision);
    assert_eq!(state.campaigns[&id("a")].plan.name, name("Cem's"));
}

#[test]
fn what_is_changed_in_a_campaign_by_what_goes_is_a_revision_too() {
    let mut state = shop();
    let department =
        DepartmentForm { name: name("Sales"), assignment: Assignment::Offer, hours: None };
    for it in ["sales", "support"] {
        state.put_department(id(it), department.clone()).expect("a department");
    }
    let available = Condition::Available { department: Some(id("sales")) };
    let plan = CampaignPlan { rule: Rule::Is { not: false, condition: available }, ..plan() };
    let made = create(&mut state, "a", plan.clone()).expect("a campaign");
    state.delete_department(&id("sales"), Some(&id("support"))).expect("it goes");
    let older = PlanForm { revision: Some(made.revision), plan };
    let answer = state.put_campaign(&id("a"), older, NOW).map(|_| ());
    assert_eq!(answer, Err(Refusal::Changed));
}
