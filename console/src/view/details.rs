//! The panel beside the transcript: contact, language, topics, pages, earlier sessions.

use inbox_protocol::FromAgent;
use inbox_text::{Phrase, console};
use inbox_types::{Action, ContactField, ConversationId, Label, Language, VariantKey};
use leptos::{ev::SubmitEvent, html::Select, prelude::*};

use super::{
    Value,
    department::DepartmentCard,
    icon::{Icon, Shape},
    say, use_console, write,
};
use crate::model::{Model, Msg, Room, RoomMsg, readable, words};

/// What an agent may choose besides what is found.
const LANGUAGES: [&str; 40] = [
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl",
    "sr", "sv", "th", "tr", "uk", "vi", "zh-Hans", "zh-Hant",
];

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
                <DepartmentCard id=id.clone() />
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

/// The campaign that opened the session.
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

/// The fields of the contact. What is typed stays, whatever is changed elsewhere.
#[component]
fn Contact(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let blocked = console
        .slice(|it| it.room().and_then(|it| it.view.as_ref()).is_some_and(|it| it.contact.blocked));
    view! {
        <section class="card" aria-label=say(&console::CONTACT)>
            <h3>{say(&console::CONTACT)}</h3>
            <Show when=move || blocked.get()>
                <p><span class="chip bad">{say(&console::CONTACT_BLOCKED)}</span></p>
            </Show>
            <ContactForm id />
        </section>
    }
}

fn label(field: ContactField) -> Phrase {
    match field {
        ContactField::Name => console::FIELD_NAME,
        ContactField::Email => console::EMAIL,
        ContactField::Phone => console::FIELD_PHONE,
        ContactField::Extra => console::FIELD_EXTRA,
        ContactField::Notes => console::FIELD_NOTES,
    }
}

#[component]
fn ContactForm(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let can = console.slice(can_edit);
    let changed = console.slice(|it| it.room().is_some_and(Room::can_save_contact));
    let waits = console.slice(|it| it.room().is_some_and(|it| it.deeds.wait()));
    let masked = console.slice(|it| {
        it.room().and_then(|it| it.view.as_ref()).is_some_and(|it| !it.contact.hidden.is_empty())
    });
    let fields = ContactField::ALL.map(|field| {
        let id = id.clone();
        view! { <ContactLine id field /> }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        console.send(Msg::Room(id.clone(), RoomMsg::SaveContact));
    };
    view! {
        <form class="stack" on:submit=submit>
            <fieldset class="stack" disabled=move || !can.get()>
                {fields.into_iter().collect_view()}
            </fieldset>
            <Show when=move || masked.get()>
                <p class="muted">{say(&console::CONTACT_MASKED)}</p>
            </Show>
            <Show when=move || changed.get()>
                <button class="button primary small" type="submit">{say(&console::SAVE)}</button>
            </Show>
            <div role="status">
                <Show when=move || waits.get()>
                    <p class="muted">{say(&console::WAITS_FOR_CONNECTION)}</p>
                </Show>
            </div>
        </form>
    }
}

/// One field. What is masked for this reader is shown and cannot be changed.
#[component]
fn ContactLine(id: ConversationId, field: ContactField) -> impl IntoView {
    let console = use_console();
    let value = console.slice(move |it| it.room().map(|it| it.field(field)).unwrap_or_default());
    let hidden = console.slice(move |it| it.room().is_some_and(|it| it.is_hidden(field)));
    move || {
        if hidden.get() {
            view! {
                <div class="field">
                    <span>{say(&label(field))}</span>
                    <bdi class="masked">{move || value.get()}</bdi>
                </div>
                <LockedField id=id.clone() field />
            }
            .into_any()
        } else {
            view! { <OpenLine id=id.clone() field value /> }.into_any()
        }
    }
}

/// What was typed before the field was masked: to be copied or given up. It comes back with the
/// field.
#[component]
fn LockedField(id: ConversationId, field: ContactField) -> impl IntoView {
    let console = use_console();
    let locked =
        console.slice(move |it| it.room().and_then(|it| it.locked_field(field).map(str::to_owned)));
    let discard = console.on(id, move |id| Msg::Room(id, RoomMsg::TakeField(field)));
    let line = move |text: String| {
        let copied = text.clone();
        view! {
            <p class="problem" dir="auto">{say(&console::field_locked(&text))}</p>
            <button type="button" class="link-button" on:click=move |_| console.send(Msg::Copy(copied.clone()))>
                {say(&console::COPY_TEXT)}
            </button>
            " "
            <button type="button" class="link-button" on:click=move |_| discard.run(())>
                {say(&console::DISCARD)}
            </button>
        }
    };
    view! { <div role="status">{move || locked.get().map(line)}</div> }
}

/// A field to type into, and what a colleague wrote there since somebody began to.
#[component]
fn OpenLine(id: ConversationId, field: ContactField, value: Memo<String>) -> impl IntoView {
    let console = use_console();
    let meanwhile = console.slice(move |it| it.room().and_then(|it| it.field_meanwhile(field)));
    let fits = Memo::new(move |_| value.with(|it| field.holds(it)));
    let take = console.on(id.clone(), move |id| Msg::Room(id, RoomMsg::TakeField(field)));
    let typed = move |text: String| {
        console.send(Msg::Room(id.clone(), RoomMsg::Field { field, text }));
    };
    let input = if field == ContactField::Notes {
        view! {
            <textarea class="input" rows="2" prop:value=value
                on:input=move |event| typed(event_target_value(&event))></textarea>
        }
        .into_any()
    } else {
        view! {
            <input class="input" type="text" autocomplete="off" prop:value=value
                on:input=move |event| typed(event_target_value(&event)) />
        }
        .into_any()
    };
    let said = move |text: String| match text.as_str() {
        "" => say(&console::FIELD_EMPTIED),
        text => say(&console::field_changed(text)),
    };
    view! {
        <div class="contact-line">
            <label class="field"><span>{say(&label(field))}</span>{input}</label>
            <div role="status">
                <Show when=move || !fits.get()>
                    <p class="problem">{say(&console::field_too_long(field.most() as u64))}</p>
                </Show>
                {move || meanwhile.get().map(|it| view! {
                    <p class="muted">
                        <span dir="auto">{said(it)}</span> " "
                        <button type="button" class="link-button" on:click=move |_| take.run(())>
                            {say(&console::FIELD_TAKE)}
                        </button>
                    </p>
                })}
            </div>
        </div>
    }
}

/// The language in force, where it comes from, and the agent's choice.
#[component]
fn LanguageChoice(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let language = console.slice(|it| {
        let view = it.room()?.view.as_ref()?;
        Some((view.language.clone(), it.room()?.language_source()?))
    });
    let can = console.slice(can_edit);
    let chosen = console.slice(|it| it.room().and_then(Room::chosen_language));
    let place = NodeRef::<Select>::new();
    // The options are there only after the value could have been set.
    Effect::new(move |_| {
        let tag = chosen.with(|it| it.as_ref().map(|it| it.as_str().to_owned()));
        if let Some(place) = place.get() {
            place.set_value(&tag.unwrap_or_default());
        }
    });
    let choose = move |tag: String| {
        let language: Option<Language> = tag.parse().ok();
        console.send(does(&id, FromAgent::SetLanguage { language }));
    };
    let option = move |tag: &'static str| {
        view! { <option value=tag>{write(Value::Language(tag))}</option> }
    };
    view! {
        <section class="card" aria-label=say(&console::LANGUAGE)>
            <h3>{say(&console::LANGUAGE)}</h3>
            <p class="fact">
                {move || language.get().map(|(language, source)| view! {
                    <strong>{write(Value::Language(language.as_str()))}</strong>
                    <span class="muted">" " {say(&source)}</span>
                })}
            </p>
            <select
                class="input"
                node_ref=place
                aria-label=say(&console::LANGUAGE_CHOOSE)
                disabled=move || !can.get()
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="">{say(&console::LANGUAGE_AUTOMATIC)}</option>
                {LANGUAGES.map(option).into_iter().collect_view()}
            </select>
        </section>
    }
}

#[component]
fn Tags(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let tags = console.slice(|it| it.room().map(Room::tags).unwrap_or_default());
    let typed = console.slice(|it| it.room().map(|it| it.tag.clone()).unwrap_or_default());
    let can = console.slice(can_edit);
    let (to, about) = (id.clone(), id.clone());
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        console.send(Msg::Room(to.clone(), RoomMsg::AddTag));
    };
    let type_in = move |tag: String| {
        console.send(Msg::Room(about.clone(), RoomMsg::TypedTag(tag)));
    };
    let chip = move |tag: Label| {
        let (id, gone) = (id.clone(), tag.clone());
        let remove = move |_| {
            let tags = tags.get_untracked().into_iter().filter(|it| *it != gone).collect();
            console.send(does(&id, FromAgent::SetTags { tags }));
        };
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
                        dir="auto"
                        aria-label=say(&console::TAG_ADD)
                        placeholder=say(&console::TAG_ADD)
                        prop:value=typed
                        on:input={
                            let type_in = type_in.clone();
                            move |event| type_in(event_target_value(&event))
                        }
                    />
                </form>
            </Show>
        </section>
    }
}

/// What the session is about.
#[component]
fn Topics(id: ConversationId) -> impl IntoView {
    let console = use_console();
    let topics = console
        .slice(|it| it.desk.welcome.as_ref().map(|it| it.topics.clone()).unwrap_or_default());
    let chosen = console.slice(|it| it.room().map(Room::topics).unwrap_or_default());
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
            let session = console.model.with_untracked(|it| it.room().and_then(Room::session_no));
            console.send(does(&id, FromAgent::SetTopics { topics, session }));
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
        let word = say(&words::part(&leg, owner));
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

/// Where the visitor went, newest first.
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

/// The sessions before this one.
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
