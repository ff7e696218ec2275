//! A row of buttons of which one is chosen.

use leptos::prelude::*;

/// One of the choices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<T: 'static> {
    /// What is chosen.
    pub(crate) value: T,
    /// Its text.
    pub(crate) label: &'static str,
    /// Its full name, shown on hover and told as its description; the label if that says it all.
    pub(crate) title: &'static str,
    /// Name for tests.
    pub(crate) test_id: &'static str,
}

/// A row of buttons of which one is chosen.
#[component]
pub(crate) fn Segmented<T>(
    /// What the choice is about, for assistive technology.
    label: &'static str,
    /// The choices.
    choices: Vec<Choice<T>>,
    /// The one in force; none of them if nothing matches.
    #[prop(into)]
    chosen: Signal<Option<T>>,
    /// Called with what was pressed.
    choose: impl Fn(T) + Copy + Send + Sync + 'static,
    /// Whether it is the small kind.
    #[prop(optional)]
    small: bool,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let buttons = choices
        .into_iter()
        .map(|choice| {
            let pressed = move || (chosen.get() == Some(choice.value)).to_string();
            view! {
                <button
                    type="button"
                    title=choice.title
                    aria-pressed=pressed
                    data-testid=choice.test_id
                    on:click=move |_| choose(choice.value)
                >
                    {choice.label}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="segmented" class:small=small role="group" aria-label=label>
            {buttons}
        </div>
    }
}
