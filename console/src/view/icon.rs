//! The icons: strokes on a grid of 24.

use leptos::prelude::*;

/// An icon. It says nothing to a screen reader; what it stands for is said beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Inbox,
    Settings,
    Person,
    People,
    Clip,
    Send,
    Slash,
    Bolt,
    Check,
    Close,
    More,
    Panel,
    Transfer,
    AddPerson,
    Clock,
    Reopen,
    Block,
    Trash,
    Eye,
    Leave,
    Pencil,
    Bell,
    Back,
    File,
    Globe,
    Copy,
    Plus,
    Question,
    Down,
    Lock,
    Retry,
    Tag,
    Link,
    Take,
    Megaphone,
    Archive,
    Grip,
    Chart,
    Warn,
    Search,
    Filter,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Inbox => "M4 13h4l2 3h4l2-3h4M6 5h12l2 8v6H4v-6z",
            Self::Settings => "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
            Self::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5 8-5s7 1 8 5",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c.8-4 3-5.5 7-5.5s6.2 1.5 7 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M19 20c0-2.5-.8-4.3-2-5.3"
            }
            Self::Clip => {
                "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L14.5 7"
            }
            Self::Send => "M4 12l16-8-5 16-3-7z",
            Self::Slash => "M16 4L8 20",
            Self::Bolt => "M13 3L5 14h6l-1 7 8-11h-6z",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::More => "M5 12h.01M12 12h.01M19 12h.01",
            Self::Panel => "M4 5h16v14H4zM15 5v14",
            Self::Transfer => "M4 8h14l-4-4M20 16H6l4 4",
            Self::AddPerson => {
                "M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 20c.8-4 3.5-5 7-5 2 0 3.5.3 4.8 1M18 13v6M15 16h6"
            }
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
            Self::Reopen => "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5",
            Self::Block => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.8 5.8l12.4 12.4",
            Self::Trash => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
            Self::Eye => {
                "M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
            }
            Self::Leave => "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
            Self::Pencil => "M4 20l1-4L16 5l3 3L8 19z",
            Self::Bell => "M6 17V11a6 6 0 1 1 12 0v6l1.5 1.5h-15zM10 21h4",
            Self::Back => "M15 5l-7 7 7 7",
            Self::File => "M6 3h8l4 4v14H6zM14 3v4h4",
            Self::Globe => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9z"
            }
            Self::Copy => "M9 9h11v11H9zM5 15H4V4h11v1",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Question => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5c0-3 5-3 5 0 0 2-2.5 2-2.5 4M12 17h.01"
            }
            Self::Down => "M6 9l6 6 6-6",
            Self::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::Retry => "M20 12a8 8 0 1 1-2.5-5.8L20 8.5M20 4v4.5h-4.5",
            Self::Tag => "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
            Self::Link => {
                "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"
            }
            Self::Megaphone => {
                "M4 10v5h3l8 4V6l-8 4zM18.5 9.5a4.5 4.5 0 0 1 0 6M8 15.5l1 4.5h2.5l-1-3.6"
            }
            Self::Archive => "M3 5h18v4H3zM5 9v10h14V9M10 13h4",
            Self::Grip => "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
            Self::Chart => "M4 4v16h16M8 15l4-5 3 3 5-7",
            Self::Warn => "M12 4L2.5 20h19zM12 10v4M12 17h.01",
            Self::Filter => "M4 6h16M7 12h10M10 18h4",
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
            Self::Take => "M12 4v12M7 11l5 5 5-5M5 20h14",
        }
    }
}

/// An icon.
#[component]
pub fn Icon(
    /// Which one.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=shape.path()></path>
        </svg>
    }
}

/// The product's mark: a porch light.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path fill="var(--accent)" d="M12 1.5 4 7v9a6.5 6.5 0 0 0 6.5 6.5h3A6.5 6.5 0 0 0 20 16V7z"></path>
            <circle cx="12" cy="13" r="4" fill="#ffd76a"></circle>
        </svg>
    }
}
