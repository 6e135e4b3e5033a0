//! Choices of several: languages, countries, days of the week.

use std::collections::BTreeSet;

use inbox_text::{Phrase, console};
use inbox_types::limits;
use leptos::prelude::*;

use super::super::{
    Value,
    icon::{Icon, Shape},
    say, write,
};

type Any = BTreeSet<String>;

/// The languages that are offered; any other comes with a text or a condition that has it.
pub(super) const LANGUAGES: [&str; 44] = [
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fil", "fr", "he",
    "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "pt-BR",
    "ro", "ru", "sk", "sl", "sr", "sv", "sw", "th", "tr", "uk", "ur", "vi", "zh-Hans", "zh-Hant",
];

/// ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[component]
pub(super) fn Languages(
    /// The chosen tags.
    chosen: Memo<Any>,
    /// Where the choice goes.
    set: Callback<Any>,
) -> impl IntoView {
    let name = |tag: &str| write(Value::Language(tag));
    view! { <Several label=console::CONDITION_LANGUAGE all=LANGUAGES.to_vec() name chosen set /> }
}

#[component]
pub(super) fn Countries(
    /// The chosen letters.
    chosen: Memo<Any>,
    /// Where the choice goes.
    set: Callback<Any>,
) -> impl IntoView {
    let name = |code: &str| write(Value::Country(code));
    let all = COUNTRIES.split(' ').collect();
    view! { <Several label=console::CONDITION_COUNTRY all name chosen set /> }
}

/// A drop-down that adds one, and chips that take one away.
#[component]
fn Several(
    label: Phrase,
    all: Vec<&'static str>,
    name: fn(&str) -> String,
    chosen: Memo<Any>,
    set: Callback<Any>,
) -> impl IntoView {
    let mut named: Vec<(&str, String)> = all.into_iter().map(|it| (it, name(it))).collect();
    named.sort_by(|one, other| one.1.cmp(&other.1));
    let add = move |event: web_sys::Event| {
        let value = event_target_value(&event);
        let mut any = chosen.get_untracked();
        if any.len() < limits::CONDITION_VALUES && any.insert(value) {
            set.run(any);
        }
        // The drop-down says "add" again.
        dom_reset(&event);
    };
    let options = move || {
        let chosen = chosen.get();
        let open = named.iter().filter(|it| !chosen.contains(it.0));
        open.map(|(value, name)| view! { <option value=*value>{name.clone()}</option> })
            .collect_view()
    };
    let chip = move |value: String| {
        let gone = value.clone();
        let remove = move |_| {
            let mut any = chosen.get_untracked();
            any.remove(&gone);
            set.run(any);
        };
        let name = name(&value);
        let label = say(&console::remove_named(&name));
        view! {
            <li class="chip">
                {name}
                <button type="button" aria-label=label.clone() title=label on:click=remove>
                    <Icon shape=Shape::Close />
                </button>
            </li>
        }
    };
    view! {
        <label class="field">
            <span>{say(&label)}</span>
            <select class="input" on:change=add>
                <option value="" selected=true>{say(&console::FIELD_ADD)}</option>
                {options}
            </select>
        </label>
        <ul class="chips">
            <For each=move || chosen.get() key=|it| it.clone() children=chip />
        </ul>
    }
}

fn dom_reset(event: &web_sys::Event) {
    use wasm_bindgen::JsCast;
    let select = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok());
    if let Some(select) = select {
        select.set_value("");
    }
}

/// Days of the week.
#[component]
pub(super) fn Weekdays(
    /// The chosen days, `1` is Monday.
    chosen: Memo<Any>,
    /// Where the choice goes.
    set: Callback<Any>,
) -> impl IntoView {
    let day = move |day: u8| {
        let on = move || chosen.with(|it| it.contains(&day.to_string()));
        let change = move |event| {
            let mut any = chosen.get_untracked();
            if event_target_checked(&event) {
                any.insert(day.to_string());
            } else {
                any.remove(&day.to_string());
            }
            set.run(any);
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=on on:change=change />
                <span>{write(Value::Weekday(day))}</span>
            </label>
        }
    };
    view! {
        <fieldset class="checks">
            <legend class="unseen">{say(&console::CONDITION_WEEKDAY)}</legend>
            {(1..=7).map(day).collect_view()}
        </fieldset>
    }
}
