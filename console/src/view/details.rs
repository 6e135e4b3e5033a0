//! The panel beside the transcript: contact, language, topics, pages, earlier sessions (#51-55).

use inbox_protocol::{ContactPart, FromAgent, http::Action};
use inbox_text::console;
use inbox_types::{ContactDetails, ConversationId, Label, Language, VariantKey};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    Value,
    controls::{Area, Field},
    icon::{Icon, Shape},
    say, use_console, write,
};
use crate::model::{Model, Msg, RoomMsg, readable, words};

/// What an agent may choose besides what is found.
const LANGUAGES: [&str; 40] = [
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl",
    "sr", "sv", "th", "tr", "uk", "vi", "zh-Hans", "zh-Hant",
];

/// The panel.
#[component]
pub(super) fn Details(
    /// Which conversation.
    id: ConversationId,
) -> impl IntoView {
    let console = use_console();
    view! {
        <aside class="pane details" aria-label=say(&console::DETAILS)>
            <header class="pane-head">
                <h2 class="grow">{say(&console::DETAILS)}</h2>
                <button
                    type="button"
                    class="button quiet icon-only"
                    aria-label=say(&console::DETAILS_CLOSE)
                    on:click=move |_| console.send(Msg::Details(false))
                >
                    <Icon shape=Shape::Close />
                </button>
            </header>
            <div class="details-body">
                <OpenedBy />
                <Contact id=id.clone() />
                <LanguageChoice id=id.clone() />
                <Tags id=id.clone() />
                <Topics id=id.clone() />
                <People />
                <Visits />
                <Earlier />
            </div>
        </aside>
    }
}

fn can_edit(model: &Model) -> bool {
    model.may(Action::EditContact)
}

fn does(id: &ConversationId, frame: FromAgent) -> Msg {
    Msg::Room(id.clone(), RoomMsg::Do(frame))
}

/// The campaign that opened the session (#118).
#[component]
fn OpenedBy() -> impl IntoView {
    let console = use_console();
    let by = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        let name = session.campaign.as_ref()?.name.as_str().to_owned();
        Some((name, session.variant))
    });
    let said = move |(name, variant): (String, Option<VariantKey>)| match variant {
        Some(it) => {
            say(&console::proactive_variant(&name, &it.letter().to_uppercase().to_string()))
        }
        None => name,
    };
    move || {
        by.get().map(|it| view! {
            <section class="card" aria-label=say(&console::CAMPAIGN)>
                <h3>{say(&console::CAMPAIGN)}</h3>
                <p class="fact"><span class="proactive"><Icon shape=Shape::Bolt /></span>" "{said(it)}</p>
            </section>
        })
    }
}

/// The fields of the contact (#170-183), drawn anew when they change elsewhere.
#[component]
fn Contact(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let details = console.slice(|it| {
        let view = it.room()?.view.as_ref()?;
        Some((view.contact.details.clone(), view.contact.hidden.clone()))
    });
    let blocked = console
        .slice(|it| it.room().and_then(|it| it.view.as_ref()).is_some_and(|it| it.contact.blocked));
    let can = console.slice(can_edit);
    view! {
        <section class="card" aria-label=say(&console::CONTACT)>
            <h3>{say(&console::CONTACT)}</h3>
            <Show when=move || blocked.get()>
                <p><span class="chip bad">{say(&console::CONTACT_BLOCKED)}</span></p>
            </Show>
            {move || details.get().map(|(details, hidden)| {
                view! { <ContactForm id=id.clone() details hidden can=can.get() /> }
            })}
        </section>
    }
}

#[component]
fn ContactForm(
    id: ConversationId,
    details: ContactDetails,
    /// What is masked for this reader; the relay would refuse a change of it.
    hidden: Vec<ContactPart>,
    can: bool,
) -> impl IntoView {
    let console = use_console();
    let masked = !hidden.is_empty();
    let line = move |part, label, value: RwSignal<String>| {
        if hidden.contains(&part) {
            view! {
                <div class="field">
                    <span>{say(&label)}</span>
                    <bdi class="masked">{value.get_untracked()}</bdi>
                </div>
            }
            .into_any()
        } else if part == ContactPart::Notes {
            view! { <Area label value rows=2 /> }.into_any()
        } else {
            view! { <Field label value /> }.into_any()
        }
    };
    let text = |it: Option<&str>| RwSignal::new(it.unwrap_or_default().to_owned());
    let name = text(details.name.as_ref().map(inbox_types::Text::as_str));
    let email = text(details.email.as_ref().map(inbox_types::Text::as_str));
    let phone = text(details.phone.as_ref().map(inbox_types::Text::as_str));
    let extra = text(details.extra.as_ref().map(inbox_types::Text::as_str));
    let notes = text(details.notes.as_ref().map(inbox_types::Text::as_str));
    let kept = details.clone();
    let typed = move || ContactDetails {
        name: inbox_types::Text::cut(&name.get()),
        email: inbox_types::Text::cut(&email.get()),
        phone: inbox_types::Text::cut(&phone.get()),
        extra: inbox_types::Text::cut(&extra.get()),
        notes: inbox_types::Text::cut(&notes.get()),
        language: kept.language.clone(),
    };
    let changed = {
        let typed = typed.clone();
        Memo::new(move |_| typed() != details)
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        console.send(does(&id, FromAgent::SetContact { details: untrack(&typed) }));
    };
    view! {
        <form class="stack" on:submit=submit>
            <fieldset class="stack" disabled=!can>
                {line(ContactPart::Name, console::FIELD_NAME, name)}
                {line(ContactPart::Email, console::EMAIL, email)}
                {line(ContactPart::Phone, console::FIELD_PHONE, phone)}
                {line(ContactPart::Extra, console::FIELD_EXTRA, extra)}
                {line(ContactPart::Notes, console::FIELD_NOTES, notes)}
            </fieldset>
            {masked.then(|| view! { <p class="muted">{say(&console::CONTACT_MASKED)}</p> })}
            <Show when=move || changed.get()>
                <button class="button primary small" type="submit">{say(&console::SAVE)}</button>
            </Show>
        </form>
    }
}

/// The language in force, where it comes from, and the agent's choice (#178-179).
#[component]
fn LanguageChoice(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let language = console.slice(|it| {
        let view = it.room()?.view.as_ref()?;
        Some((view.language.clone(), view.language_source))
    });
    let can = console.slice(can_edit);
    let chosen = move || {
        language.get().filter(|it| it.1 == inbox_types::LanguageSource::Agent).map(|it| it.0)
    };
    let choose = move |tag: String| {
        let language: Option<Language> = tag.parse().ok();
        console.send(does(&id, FromAgent::SetLanguage { language }));
    };
    let option = move |tag: &'static str| {
        let selected = move || chosen().is_some_and(|it| it.as_str() == tag);
        view! { <option value=tag selected=selected>{write(Value::Language(tag))}</option> }
    };
    view! {
        <section class="card" aria-label=say(&console::LANGUAGE)>
            <h3>{say(&console::LANGUAGE)}</h3>
            <p class="fact">
                {move || language.get().map(|(language, source)| view! {
                    <strong>{write(Value::Language(language.as_str()))}</strong>
                    <span class="muted">" " {say(&words::language_source(source))}</span>
                })}
            </p>
            <select
                class="input"
                aria-label=say(&console::LANGUAGE_CHOOSE)
                disabled=move || !can.get()
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="" selected=move || chosen().is_none()>{say(&console::LANGUAGE_AUTOMATIC)}</option>
                {LANGUAGES.map(option).into_iter().collect_view()}
            </select>
        </section>
    }
}

#[component]
fn Tags(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let tags = console.slice(|it| {
        it.room()
            .and_then(|it| it.view.as_ref())
            .map(|it| it.contact.tags.clone())
            .unwrap_or_default()
    });
    let can = console.slice(can_edit);
    let typed = RwSignal::new(String::new());
    let set = move |tags: Vec<Label>| console.send(does(&id, FromAgent::SetTags { tags }));
    let add = {
        let set = set.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let mut tags = tags.get_untracked();
            if let Some(tag) = Label::cut(&typed.get_untracked()).filter(|it| !tags.contains(it)) {
                tags.push(tag);
                set(tags);
            }
            typed.set(String::new());
        }
    };
    let chip = move |tag: Label| {
        let (set, gone) = (set.clone(), tag.clone());
        let remove =
            move |_| set(tags.get_untracked().into_iter().filter(|it| *it != gone).collect());
        view! {
            <li class="chip">
                {tag.as_str().to_owned()}
                <Show when=move || can.get()>
                    <button type="button" aria-label=say(&console::remove_named(tag.as_str())) on:click=remove.clone()>
                        <Icon shape=Shape::Close />
                    </button>
                </Show>
            </li>
        }
    };
    view! {
        <section class="card" aria-label=say(&console::TAGS)>
            <h3>{say(&console::TAGS)}</h3>
            <ul class="chips">{move || tags.get().into_iter().map(&chip).collect_view()}</ul>
            <Show when=move || can.get()>
                <form on:submit=add.clone()>
                    <input
                        class="input"
                        aria-label=say(&console::TAG_ADD)
                        placeholder=say(&console::TAG_ADD)
                        prop:value=typed
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </form>
            </Show>
        </section>
    }
}

/// What the session is about (#184, #192).
#[component]
fn Topics(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let topics = console
        .slice(|it| it.desk.welcome.as_ref().map(|it| it.topics.clone()).unwrap_or_default());
    let chosen = console.slice(|it| {
        let session = it.room().and_then(|it| it.view.as_ref()?.session.as_ref());
        session.map(|it| it.topics.clone()).unwrap_or_default()
    });
    let can = console.slice(can_edit);
    let some = Memo::new(move |_| !topics.get().is_empty());
    let line = move |topic: inbox_protocol::http::Topic| {
        let (id, topic_id) = (id.clone(), topic.id.clone());
        let on = Memo::new(move |_| chosen.get().contains(&topic.id));
        let toggle = move |_| {
            let mut topics = chosen.get_untracked();
            if topics.contains(&topic_id) {
                topics.retain(|it| *it != topic_id);
            } else {
                topics.push(topic_id.clone());
            }
            console.send(does(&id, FromAgent::SetTopics { topics }));
        };
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" prop:checked=on disabled=move || !can.get() on:change=toggle />
                    <span>{topic.name.as_str().to_owned()}</span>
                </label>
            </li>
        }
    };
    view! {
        <Show when=move || some.get()>
            <section class="card" aria-label=say(&console::TOPICS)>
                <h3>{say(&console::TOPICS)}</h3>
                <ul>{
                    let line = line.clone();
                    move || topics.get().into_iter().map(&line).collect_view()
                }</ul>
            </section>
        </Show>
    }
}

/// Who takes part.
#[component]
fn People() -> impl IntoView {
    let console = use_console();
    let legs = console.slice(|it| {
        let session = it.room().and_then(|it| it.view.as_ref()?.session.as_ref());
        session.map(|it| (it.legs.clone(), it.owner.clone())).unwrap_or_default()
    });
    let some = Memo::new(move |_| !legs.get().0.is_empty());
    let line = move |leg: inbox_protocol::LegView| {
        let owner = legs.get().1.as_ref() == Some(&leg.agent.id);
        let word = match (owner, leg.silent) {
            (true, _) => say(&console::OWNER),
            (false, true) => say(&console::LEG_SILENT),
            (false, false) => say(&words::leg(leg.state)),
        };
        view! {
            <li class="person">
                <span class="avatar team small" aria-hidden="true">{crate::model::initials(leg.agent.name.as_str())}</span>
                <span class="grow">{leg.agent.name.as_str().to_owned()}</span>
                <span class="muted">{word}</span>
            </li>
        }
    };
    view! {
        <Show when=move || some.get()>
            <section class="card" aria-label=say(&console::TEAM)>
                <h3>{say(&console::TEAM)}</h3>
                <ul>{move || legs.get().0.into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}

/// Where the visitor went, newest first (#30).
#[component]
fn Visits() -> impl IntoView {
    let console = use_console();
    let visits = console.slice(|it| it.room().map(|it| it.visits.clone()).unwrap_or_default());
    let line = move |visit: inbox_types::Visit| {
        let url = visit.url.as_str().to_owned();
        let read = readable(&url);
        let title = visit.title.as_ref().map_or_else(|| read.clone(), |it| it.as_str().to_owned());
        let safe = (url.starts_with("https://") || url.starts_with("http://"))
            && console.model.with(|it| it.room().is_some_and(|it| it.may_follow(&url)));
        let name = if safe {
            view! { <a href=url.clone() target="_blank" rel="noopener noreferrer nofollow">{title}</a> }.into_any()
        } else {
            title.into_any()
        };
        view! {
            <li class="visit">
                {name}
                <small title=url><bdi>{read}</bdi></small>
                <small>
                    {write(Value::Moment(visit.at))}
                    {visit.referrer.map(|it| say(&console::came_from(&readable(it.as_str()))))}
                </small>
            </li>
        }
    };
    view! {
        <section class="card" aria-label=say(&console::VISITS)>
            <h3>{say(&console::VISITS)}</h3>
            <ol>{move || visits.get().into_iter().rev().map(line).collect_view()}</ol>
            <Show when=move || visits.get().is_empty()>
                <p class="muted">{say(&console::VISITS_NONE)}</p>
            </Show>
        </section>
    }
}

/// The sessions before this one (#54).
#[component]
fn Earlier() -> impl IntoView {
    let console = use_console();
    let earlier = console.slice(|it| {
        it.room().and_then(|it| it.view.as_ref()).map(|it| it.earlier.clone()).unwrap_or_default()
    });
    let rating = console.slice(|it| {
        let session = it.room()?.view.as_ref()?.session.as_ref()?;
        let comment = session.rating_comment.as_ref().map(|it| it.as_str().to_owned());
        Some((session.stars?, comment))
    });
    let some = Memo::new(move |_| !earlier.get().is_empty() || rating.get().is_some());
    view! {
        <Show when=move || some.get()>
            <section class="card" aria-label=say(&console::EARLIER_SESSIONS)>
                <h3>{say(&console::EARLIER_SESSIONS)}</h3>
                {move || rating.get().map(|(stars, comment)| view! {
                    <p class="fact">{say(&console::rated(&stars.to_string()))} {comment.map(|it| view! { <q>{it}</q> })}</p>
                })}
                <ol>
                    {move || earlier.get().into_iter().rev().map(|(no, from, _, cause)| view! {
                        <li class="visit">
                            <span>{say(&console::session_no(&no.0.to_string()))}</span>
                            <small>{write(Value::Moment(from))} " · " {say(&words::closed_by(cause))}</small>
                        </li>
                    }).collect_view()}
                </ol>
            </section>
        </Show>
    }
}
