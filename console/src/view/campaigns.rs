//! The marketers' pages: the list of campaigns, the editor, the report, and the rules for all.

mod choices;
mod editor;
mod list;
mod parts;
mod report;
mod rules;

use inbox_text::Phrase;
use leptos::prelude::*;

use super::{Value, say, use_console, write};
use crate::model::{
    Campaigns, Route,
    campaigns::sentence::{Named, Tongue},
};

/// The page that the address names.
#[component]
pub(super) fn Marketing() -> impl IntoView {
    let console = use_console();
    let route = console.slice(|it| it.route.clone());
    let known = console.slice(|it| it.campaigns.data.is_some());
    let page = move || {
        if !known.get() {
            return view! { <parts::Waiting /> }.into_any();
        }
        match route.get() {
            Route::CampaignSettings => view! { <rules::Rules /> }.into_any(),
            Route::Campaign(id) => view! { <editor::EditorPage id /> }.into_any(),
            Route::CampaignReport(id) => view! { <report::ReportPage id /> }.into_any(),
            Route::Desk
            | Route::List(_)
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::Settings(_)
            | Route::SignInLink(_)
            | Route::Invitation(_) => view! { <list::List /> }.into_any(),
        }
    };
    view! { <main class="marketing">{page}</main> }
}

/// Speaks the reader's language, with the names of the workspace.
#[derive(Clone, Copy)]
struct Speaker<'a>(&'a Campaigns);

impl Tongue for Speaker<'_> {
    fn say(&self, phrase: &Phrase) -> String {
        say(phrase)
    }

    fn name(&self, named: Named<'_>) -> String {
        let data = self.0.data.as_ref();
        match named {
            Named::Language(tag) => write(Value::Language(tag)),
            Named::Country(code) => write(Value::Country(code)),
            Named::Weekday(day) => write(Value::Weekday(day)),
            Named::Moment(at) => write(Value::Moment(at)),
            Named::Department(id) => data
                .and_then(|it| it.departments.iter().find(|it| it.id == *id))
                .map_or_else(|| id.to_string(), |it| it.name.as_str().to_owned()),
            Named::Member(id) => data
                .and_then(|it| it.members.iter().find(|it| it.id == *id))
                .map_or_else(|| id.to_string(), |it| it.name.as_str().to_owned()),
        }
    }
}
