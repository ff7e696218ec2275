//! Parts of a page that is read rather than looked at: sections to jump to, folds, facts, lines.
//!
//! They are functions and no components, so that each is compiled once however often it is used.

use leptos::prelude::*;

/// A card with a title, which a link can jump to; `id` is its name for tests as well.
pub(crate) fn section(
    id: &'static str,
    title: &'static str,
    aside: Vec<AnyView>,
    about: String,
    body: Vec<AnyView>,
) -> AnyView {
    let about = (!about.is_empty()).then(|| view! { <p>{about}</p> }.into_any());
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <section class="card section" id=id aria-labelledby=labelled_by data-testid=id>
            <div class="section-head">
                <h2 id=title_id>{title}</h2>
                {aside}
                {about}
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// A line that opens: what it says closed, and what it holds.
pub(crate) fn fold(
    test_id: String,
    open: bool,
    summary: Vec<AnyView>,
    body: Vec<AnyView>,
) -> AnyView {
    view! {
        <details class="fold" open=open data-testid=test_id>
            <summary>{summary}</summary>
            {body}
        </details>
    }
    .into_any()
}

/// A span of text of a class.
pub(crate) fn span(class: &'static str, text: String) -> AnyView {
    view! { <span class=class>{text}</span> }.into_any()
}

/// Text as a program writes it.
pub(crate) fn code(text: String) -> AnyView {
    view! { <code>{text}</code> }.into_any()
}

/// Lines of a program or a file, one below the other.
pub(crate) fn lines(lines: Vec<String>) -> AnyView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| view! { <li>{code(line)}</li> })
        .collect();
    view! { <ul class="lines">{lines}</ul> }.into_any()
}

/// Names and what they are, side by side.
pub(crate) fn facts(test_id: &'static str, facts: Vec<(&'static str, String)>) -> AnyView {
    let facts: Vec<_> = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect();
    view! { <dl class="card facts" data-testid=test_id>{facts}</dl> }.into_any()
}

/// Links to the parts of a page: id, title, and what stands behind it.
pub(crate) fn jumps(
    label: &'static str,
    parts: Vec<(&'static str, &'static str, String)>,
) -> AnyView {
    let links: Vec<_> = parts
        .into_iter()
        .map(|(id, title, behind)| {
            view! { <a href=format!("#{id}")>{title} {span("muted", behind)}</a> }
        })
        .collect();
    view! { <nav class="jumps" aria-label=label>{links}</nav> }.into_any()
}
