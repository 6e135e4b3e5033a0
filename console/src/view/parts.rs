//! What the parts of the console consist of: nothing else may name these pages, or they would be
//! fetched with the list.

use leptos::prelude::*;

use super::{
    bulk, campaigns, conversation, details, dialogs, filters,
    part::{DeskPart, MarketingPart, SettingsPart},
    search, settings,
};
use crate::part::part;

part!(DeskPart, desk, desk_part, {
    DeskPart {
        conversation: |id| view! { <conversation::ConversationPane id /> }.into_any(),
        details: |id| view! { <details::Details id /> }.into_any(),
        dialog: dialogs::question,
        filters: |open| view! { <filters::Panel open /> }.into_any(),
        hits: || view! { <search::Hits /> }.into_any(),
        bulk_actions: || view! { <bulk::Actions /> }.into_any(),
        bulk_results: || view! { <bulk::Results /> }.into_any(),
    }
});

part!(SettingsPart, settings, settings_part, {
    SettingsPart(|| view! { <settings::Settings /> }.into_any())
});

part!(MarketingPart, marketing, marketing_part, {
    MarketingPart(|| view! { <campaigns::Marketing /> }.into_any())
});
