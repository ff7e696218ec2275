//! Numbers and dates as the reader's browser is set: the browser's own writers, made once for each
//! form.
//!
//! The language of the words stays English. Dates are always of the Gregorian calendar and in UTC,
//! since they are plain dates that no time zone may move.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use tidemark_shared::format::{self, DateForm, Digits, Locale, NumberForm, Style};
use wasm_bindgen::{JsCast, JsValue};

/// Writers by form, few enough to look through.
type Made<K> = RefCell<Vec<(K, Option<Function>)>>;

thread_local! {
    static NUMBERS: Made<NumberForm> = const { RefCell::new(Vec::new()) };
    static DATES: Made<(DateForm, &'static str)> = const { RefCell::new(Vec::new()) };
}

/// What is written where no other locale is installed. The browser's own writers of it would write
/// the same, and making the first of them takes longer than drawing a chart.
const BUILT_IN: &str = "en-US";

/// From now on everything is written as the browser is set.
pub(crate) fn install() {
    if window().navigator().language().as_deref() == Some(BUILT_IN) {
        return;
    }
    format::install(Locale {
        number: |value, form| {
            let text = write(&NUMBERS, form, make_number, &Array::of1(&value.into()))?;
            // A true minus stands at the height of the digits and is as wide as a plus.
            Some(isolated(text.replace('-', "−")))
        },
        date: |millis, form| {
            let moment = Array::of1(&(millis as f64).into());
            write(&DATES, (form, "format"), make_date, &moment).map(isolated)
        },
        span: |from, to| {
            let ends = Array::of2(&(from as f64).into(), &(to as f64).into());
            write(&DATES, (DateForm::Day, "formatRange"), make_date, &ends).map(isolated)
        },
    });
}

/// What the writer of a form makes of the values; a browser that lacks such a writer has none.
fn write<K: Copy + PartialEq>(
    made: &'static std::thread::LocalKey<Made<K>>,
    form: K,
    make: fn(K) -> Option<Function>,
    values: &Array,
) -> Option<String> {
    made.with_borrow_mut(|made| {
        let at = made.iter().position(|(of, _)| *of == form);
        let at = at.unwrap_or_else(|| {
            made.push((form, make(form)));
            made.len() - 1
        });
        let writer = made.get(at)?.1.as_ref()?;
        writer.apply(&JsValue::UNDEFINED, values).ok()?.as_string()
    })
}

fn make_number(form: NumberForm) -> Option<Function> {
    let mut options: Vec<(&str, JsValue)> = Vec::new();
    let code;
    match &form.style {
        Style::Plain => {}
        Style::Percent => options.push(("style", "percent".into())),
        Style::Currency(currency) => {
            code = String::from_utf8_lossy(currency);
            options.extend([("style", "currency".into()), ("currency", (&*code).into())]);
        }
    }
    match form.digits {
        Digits::Fixed(digits) => options.extend([
            ("minimumFractionDigits", digits.into()),
            ("maximumFractionDigits", digits.into()),
        ]),
        // Three digits, but whole numbers in full where a language has no short form of thousands.
        Digits::Compact => options.extend([
            ("notation", "compact".into()),
            ("maximumFractionDigits", 0.into()),
            ("maximumSignificantDigits", 3.into()),
            ("roundingPriority", "morePrecision".into()),
        ]),
    }
    if form.plus {
        options.push(("signDisplay", "exceptZero".into()));
    }
    writer("NumberFormat", &options, "format")
}

fn make_date((form, method): (DateForm, &'static str)) -> Option<Function> {
    let mut options: Vec<(&str, JsValue)> =
        vec![("timeZone", "UTC".into()), ("calendar", "gregory".into())];
    if form != DateForm::DayOfYear {
        options.push(("year", "numeric".into()));
    }
    if form != DateForm::Year {
        options.push(("month", "short".into()));
    }
    if matches!(form, DateForm::Day | DateForm::DayOfYear | DateForm::Minute) {
        options.push(("day", "numeric".into()));
    }
    if form == DateForm::Minute {
        options.extend([
            ("hour", "2-digit".into()),
            ("minute", "2-digit".into()),
            ("hourCycle", "h23".into()),
        ]);
    }
    writer("DateTimeFormat", &options, method)
}

/// A method of one of the browser's formatters, ready to be called.
fn writer(class: &str, options: &[(&str, JsValue)], method: &str) -> Option<Function> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let class: Function = get(&get(&js_sys::global(), "Intl")?, class)?
        .dyn_into()
        .ok()?;
    let dictionary = Object::new();
    for (name, value) in options {
        Reflect::set(&dictionary, &(*name).into(), value).ok()?;
    }
    let languages = window().navigator().languages();
    let made = Reflect::construct(&class, &Array::of2(&languages, &dictionary)).ok()?;
    let method: Function = get(&made, method)?.dyn_into().ok()?;
    Some(method.bind0(&made))
}

/// Text that runs from right to left would mix with the English words around it: it is set apart.
fn isolated(text: String) -> String {
    let marked = text.contains(['\u{200f}', '\u{61c}']);
    if marked {
        format!("\u{2068}{text}\u{2069}")
    } else {
        text
    }
}
