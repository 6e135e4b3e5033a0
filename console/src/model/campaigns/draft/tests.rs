//! What the editor of a campaign saves, and what it says is wrong.

use inbox_types::{ProactiveSettings, Timestamp};

use super::*;
use crate::model::campaigns::{Fields, Kind, blank};

fn language(tag: &str) -> Language {
    tag.parse().expect("a tag")
}

fn draft() -> CampaignDraft {
    let mut draft =
        CampaignDraft::of_plan(&blank("Pricing".to_owned().try_into().expect("a name")));
    let words = draft.words_mut(VariantKey::FIRST, &language("en")).expect("the first variant");
    "Any questions?".clone_into(&mut words.text);
    draft
}

fn troubles(draft: &CampaignDraft) -> Vec<FieldPath> {
    all_troubles(draft, "en").into_iter().map(|it| it.at).collect()
}

fn all_troubles(draft: &CampaignDraft, main: &str) -> Vec<Issue> {
    let settings = &ProactiveSettings::default();
    let now = Timestamp::from_millis(1_000);
    draft.troubles(&Surroundings { settings, main_language: &language(main), now })
}

#[test]
fn a_draft_is_saved_with_troubles_that_nobody_must_meet_live() {
    let mut draft = draft();
    draft.words_mut(VariantKey::FIRST, &language("en")).expect("the first variant").text.clear();
    let soft = all_troubles(&draft, "en");
    assert!(!soft.is_empty() && soft.iter().all(|it| !it.hard));
    assert!(draft.plan_to_save(&soft, false).is_some());
    assert!(draft.plan_to_save(&soft, true).is_none());
    let hard = [Issue { hard: true, ..soft[0].clone() }];
    assert!(draft.plan_to_save(&hard, false).is_none());
}

#[test]
fn a_plan_survives_the_editor() {
    let plan = draft().plan().expect("nothing is wrong");
    assert_eq!(CampaignDraft::of_plan(&plan).plan(), Ok(plan));
}

#[test]
fn each_wrong_field_is_named() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut CampaignDraft), spot: &FieldPath) {
        let mut draft = draft();
        change(&mut draft);
        assert!(troubles(&draft).contains(spot), "{:?}", troubles(&draft));
    }
    assert_eq!(troubles(&draft()), []);
    check(|it| it.name.clear(), &FieldPath::Name);
    check(|it| "101".clone_into(&mut it.control), &FieldPath::Control);
    check(
        |it| {
            it.often = FrequencyChoice::EveryDays;
            "0".clone_into(&mut it.days);
        },
        &FieldPath::Frequency,
    );
    check(|it| it.aim = GoalDraft::Url, &FieldPath::Goal);
    let five = "1\n2\n3\n4\n5";
    check(
        |it| {
            let words = it.words_mut(VariantKey::FIRST, &language("en")).expect("it is there");
            five.clone_into(&mut words.replies);
        },
        &FieldPath::Words(VariantKey::FIRST, language("en")),
    );
    let mut unfinished = draft();
    let id = unfinished.rule.add(unfinished.rule.root.id, Kind::Title);
    assert_eq!(troubles(&unfinished), [FieldPath::Condition(id)]);
    assert!(unfinished.plan().is_err());
}

#[test]
fn what_can_never_be_is_said_beside_both_conditions() {
    let mut draft = draft();
    let root = draft.rule.root.id;
    let ids = ["/a", "/b"].map(|page| {
        let id = draft.rule.add(root, Kind::Url);
        draft.rule.fill(id, |it| page.clone_into(&mut it.text));
        id
    });
    assert_eq!(troubles(&draft), ids.map(FieldPath::Condition));
    draft.rule.flip(root);
    assert_eq!(troubles(&draft), []);
}

#[test]
fn an_expression_that_could_hang_is_said_beside_its_condition() {
    let mut draft = draft();
    let id = draft.rule.add(draft.rule.root.id, Kind::Title);
    draft.rule.fill(id, |it| {
        let text = r"(a)\1".to_owned();
        *it = Fields { how: How::Regex, text, ..it.clone() };
    });
    let troubles = all_troubles(&draft, "en");
    assert_eq!(troubles[0].at, FieldPath::Condition(id));
    assert_eq!(troubles[0].said, console::TROUBLE_REGEX_LOOK);
}

#[test]
fn the_main_language_must_be_there() {
    let troubles = all_troubles(&draft(), "vi");
    assert!(troubles.iter().any(|it| it.said == console::TROUBLE_MAIN_LANGUAGE));
}

#[test]
fn the_preview_falls_back_as_the_page_does() {
    let mut draft = draft();
    let words = draft.words_mut(VariantKey::FIRST, &language("ar")).expect("it is there");
    "مرحبا".clone_into(&mut words.text);
    let shown = |language: &Language, main: &Language| {
        draft.shown(VariantKey::FIRST, language, main).expect("something is said").0
    };
    assert_eq!(shown(&language("en"), &language("ar")), language("en"));
    assert_eq!(shown(&language("uk"), &language("en")), language("en"));
    assert_eq!(shown(&language("uk"), &language("vi")), language("ar"));
}

#[test]
fn no_letter_is_given_twice() {
    let mut draft = draft();
    let second = draft.add_variant().expect("there is room");
    draft.variants.retain(|it| it.key != second);
    let third = draft.add_variant().expect("there is room");
    assert_eq!((second.letter(), third.letter()), ('b', 'c'));
}
