//! One of a few choices: a row of buttons, or a select where the screen is narrow.

use leptos::prelude::*;

/// One of the choices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<T: 'static> {
    /// What is chosen.
    pub(crate) value: T,
    /// Its text.
    pub(crate) label: &'static str,
    /// Its full name, shown on hover and read as its description; the label if that is enough.
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
    /// Whether it is a select.
    #[prop(optional, into)]
    compact: Signal<bool>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let values: StoredValue<Vec<T>> = StoredValue::new(choices.iter().map(|c| c.value).collect());
    let position =
        move |value: T| values.with_value(|all| all.iter().position(|one| *one == value));
    let chosen = Signal::derive(move || chosen.get().and_then(position));
    let choose = Callback::new(move |at: usize| {
        if let Some(value) = values.with_value(|all| all.get(at).copied()) {
            choose(value);
        }
    });
    let words = choices.iter().map(|c| (c.label, c.title, c.test_id));
    let row = Row {
        label,
        words: words.collect(),
        small,
        chosen,
        choose,
    };
    move || match compact.get() {
        true => row.as_select(),
        false => row.as_buttons(),
    }
}

/// Label, title and name for tests of a choice.
type Words = (&'static str, &'static str, &'static str);

/// Choices by their position: compiled once for whatever is chosen.
struct Row {
    label: &'static str,
    words: Vec<Words>,
    small: bool,
    chosen: Signal<Option<usize>>,
    choose: Callback<usize>,
}

impl Row {
    fn as_buttons(&self) -> AnyView {
        let (chosen, choose) = (self.chosen, self.choose);
        let button = |(at, words): (usize, &Words)| {
            let pressed = move || (chosen.get() == Some(at)).to_string();
            let (label, title, test_id) = *words;
            view! {
                <button
                    type="button"
                    title=title
                    aria-pressed=pressed
                    data-testid=test_id
                    on:click=move |_| choose.run(at)
                >
                    {label}
                </button>
            }
        };
        let buttons: Vec<_> = self.words.iter().enumerate().map(button).collect();
        view! {
            <div class="segmented" class:small=self.small role="group" aria-label=self.label>
                {buttons}
            </div>
        }
        .into_any()
    }

    fn as_select(&self) -> AnyView {
        let (chosen, choose) = (self.chosen, self.choose);
        let option = |(at, words): (usize, &Words)| {
            let selected = move || chosen.get() == Some(at);
            view! {
                <option value=at.to_string() prop:selected=selected>
                    {words.0}
                </option>
            }
        };
        let options: Vec<_> = self.words.iter().enumerate().map(option).collect();
        let none = move || chosen.get().is_none();
        let change = move |event| {
            if let Ok(at) = event_target_value(&event).parse() {
                choose.run(at);
            }
        };
        view! {
            <select class="input select" aria-label=self.label on:change=change>
                <Show when=none>
                    <option value="" prop:selected=true>
                        "Other"
                    </option>
                </Show>
                {options}
            </select>
        }
        .into_any()
    }
}
