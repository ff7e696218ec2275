//! Line icons, drawn with the colour of the text around them.

use leptos::prelude::*;

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Brand,
    Calendar,
    ChevronDown,
    Close,
    Contrast,
    Copy,
    Down,
    Download,
    Filter,
    Flat,

    Image,
    Info,
    Link,
    Moon,
    Pin,
    Sun,
    Table,
    Up,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Icon::Brand => {
                "M1.5 9.2c2 0 2-2.7 4.2-2.7s2.2 2.7 4.3 2.7 2.2-2.7 4.5-2.7M2 13h12M2 3.2h1.6M6.2 3.2h1.6M10.4 3.2H12"
            }
            Icon::Calendar => "M3 4h10v9.5H3zM3 7h10M5.5 2.2V5M10.5 2.2V5",
            Icon::ChevronDown => "M4.5 6.5L8 10l3.5-3.5",
            Icon::Close => "M4.5 4.5l7 7M11.5 4.5l-7 7",
            Icon::Contrast => {
                "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 0 0 0-11.6zM8 2.2v11.6M8 5h4.6M8 8h5.6M8 11h4.6"
            }
            Icon::Copy => "M5.5 5.5h7.5v7.5h-7.5zM3 10.5v-7.5h7.5",
            Icon::Down => "M8 3.5v9M4.5 9L8 12.5 11.5 9",
            Icon::Download => "M8 2.5v7.5M5 7.2l3 3 3-3M3 13.2h10",
            Icon::Filter => "M2.5 4h11M4.5 8h7M6.5 12h3",
            Icon::Flat => "M3.5 8h9",
            Icon::Image => "M2.5 3.2h11v9.6h-11zM2.5 11l3.2-3.2 2.6 2.4 2-1.8 3.2 2.8M10.2 6.2h.01",
            Icon::Info => "M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 0 0 0-11.6zM8 7.4v3.4M8 5.1h.01",
            Icon::Link => {
                "M6.8 9.2a2.6 2.6 0 0 0 3.9.2l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.9-.2l-2 2A2.6 2.6 0 0 0 7 12.3l.9-.9"
            }
            Icon::Moon => "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z",
            Icon::Pin => "M6 2.5h4M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5",
            Icon::Sun => {
                "M8 5.3a2.7 2.7 0 1 0 0 5.4a2.7 2.7 0 0 0 0-5.4zM8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M12.5 3.5l-.8.8M4.3 11.7l-.8.8"
            }
            Icon::Table => "M2.5 3.2h11v9.6h-11zM2.5 6.4h11M2.5 9.6h11M6.4 6.4v6.4",
            Icon::Up => "M8 12.5v-9M4.5 7L8 3.5 11.5 7",
        }
    }
}

/// An icon of 16 pixels; it says nothing to assistive technology, so its button needs a name.
pub(crate) fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg
            width="16"
            height="16"
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            stroke-width="1.4"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=icon.path()></path>
        </svg>
    }
}
