//! The only global state: what is shown (from the URL), the loaded data, and the look.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use tidemark_shared::View;
use tidemark_shared::api::Manifest;
use tidemark_shared::chart::ChartId;
use tidemark_shared::engine::people::{Events, People};
use tidemark_shared::engine::{Evaluation, Marts, RetentionData};
use tidemark_shared::format::Formatter;
use tidemark_shared::view::{Ignored, parse};

use crate::api::{self, ApiError};
use crate::charts::{self, Note, Palette};
use crate::draw;
use crate::fresh::{Fresh, LOADED_FIRST, cohorts, datasets};
use crate::lazy::Lazy;
pub(crate) use crate::load::Load;
use crate::routes::href;
use crate::ui::browser;
use crate::ui::theme::{self, Theme};

/// Name of the mark of an input, and of the measure from there to the repainted page.
const INPUT_MARK: &str = "tidemark:input";
const REPAINT: &str = "tidemark:repaint";

/// How a change of the view enters the browser's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum History {
    /// A step that Back undoes.
    Push,
    /// Part of the current step, as while typing.
    Replace,
}

type Navigate = Arc<dyn Fn(&str, NavigateOptions)>;

/// Handles to the global state; copy it freely.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    /// What the URL asks for.
    pub(crate) view: Memo<View>,
    /// Parts of the URL that were ignored.
    pub(crate) ignored: Memo<Vec<Ignored>>,
    /// The snapshot shown.
    pub(crate) manifest: RwSignal<Load<Arc<Manifest>>>,
    /// The marts that metrics are formed from: the daily flows.
    pub(crate) marts: RwSignal<Load<Arc<Marts>>>,
    /// Marts that a page has asked for beside those, and why one could not be loaded.
    pub(crate) wanted: RwSignal<BTreeMap<&'static str, Option<String>>>,
    /// The retention cohorts.
    pub(crate) retention: RwSignal<Load<Arc<RetentionData>>>,
    /// The customers; loaded when first asked for.
    pub(crate) people: Lazy<People>,
    /// The facts behind the daily flows; loaded when first asked for.
    pub(crate) events: Lazy<Events>,
    /// Events of the mart `annotations`, marked on charts over time.
    pub(crate) notes: RwSignal<Arc<[Note]>>,
    /// How many charts over time the page has: only they mark the events.
    pub(crate) charts_over_time: RwSignal<u32>,
    /// The view evaluated on the daily flows; every number of a page comes from here.
    pub(crate) evaluation: Memo<Option<Arc<Evaluation>>>,
    /// The last one that has been on the screen.
    seen: RwSignal<Option<Arc<Evaluation>>>,
    /// Writes numbers in the snapshot's currency.
    pub(crate) formatter: Memo<Formatter>,
    /// The chosen theme.
    pub(crate) theme: RwSignal<Theme>,
    /// The colours in force.
    pub(crate) palette: RwSignal<Palette>,
    /// A short message, shown for a moment.
    pub(crate) toast: RwSignal<Option<String>>,
    /// Whether what is shown is about to be replaced by another snapshot.
    pub(crate) refreshing: RwSignal<bool>,
    /// Whether the program of the page is still on its way.
    pub(crate) opening: RwSignal<bool>,
    /// Whether numbers and a chart of them have been on the screen, or that there are none.
    pub(crate) painted: RwSignal<bool>,
    /// Counts the loads; only the last one may change what is shown.
    turn: StoredValue<u32>,
    /// Whether an input was marked that is not on the screen yet.
    input_marked: StoredValue<bool>,
    reload: RwSignal<u32>,
    path: Memo<String>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

impl Store {
    /// Makes the store for all components below, and starts loading. Must be inside the router.
    pub(crate) fn provide() {
        let location = use_location();
        let search = location.search;
        let parsed = Memo::new(move |_| parse(&search.read()));
        let manifest = RwSignal::new(Load::Loading);
        let marts: RwSignal<Load<Arc<Marts>>> = RwSignal::new(Load::Loading);
        // Filter values that the data does not have would hide everything: they are dropped and
        // reported.
        let known = Memo::new(move |_| {
            let (view, mut ignored) = parsed.get();
            match marts.read().ready() {
                None => (view, ignored),
                Some(marts) => {
                    let (view, more) = marts.daily().known(&view);
                    ignored.extend(more);
                    (view, ignored)
                }
            }
        });
        let view = Memo::new(move |_| known.read().0.clone());
        let evaluation = Memo::new_with_compare(
            move |_| {
                let marts = marts.read().ready()?;
                Some(Arc::new(Evaluation::new(marts, &view.read())))
            },
            // Runs only when the view or the data changed, so the result always differs.
            |_, _| true,
        );
        let store = Store {
            view,
            ignored: Memo::new(move |_| known.read().1.clone()),
            manifest,
            marts,
            wanted: RwSignal::default(),
            retention: RwSignal::new(Load::Loading),
            people: Lazy::new("customers"),
            events: Lazy::new("customer_events"),
            notes: RwSignal::new(Arc::default()),
            charts_over_time: RwSignal::new(0),
            evaluation,
            seen: RwSignal::new(None),
            formatter: Memo::new(move |_| {
                let manifest: Option<Arc<Manifest>> = manifest.read().ready();
                Formatter::new(manifest.as_ref().map_or("usd", |m| m.currency.as_str()))
            }),
            theme: RwSignal::new(theme::stored()),
            palette: RwSignal::new(Palette::current()),
            toast: RwSignal::new(None),
            refreshing: RwSignal::new(false),
            opening: RwSignal::new(false),
            painted: RwSignal::new(false),
            turn: StoredValue::new(0),
            input_marked: StoredValue::new(false),
            reload: RwSignal::new(0),
            path: location.pathname,
            navigate: StoredValue::new_local(Arc::new(use_navigate())),
        };
        store.load_when_the_snapshot_changes();
        store.follow_the_theme();
        store.refresh_offscreen_charts();
        provide_context(store);
    }

    /// The store of this app.
    pub(crate) fn get() -> Store {
        expect_context::<Store>()
    }

    /// The evaluation for something in sight, or the one last painted for something out of sight.
    pub(crate) fn evaluation_for(&self, in_sight: Signal<bool>) -> Memo<Option<Arc<Evaluation>>> {
        let (now, seen) = (self.evaluation, self.seen);
        Memo::new_with_compare(
            move |_| match in_sight.get() {
                true => now.get(),
                false => seen.get(),
            },
            |before, after| {
                !are_same(
                    before.and_then(Option::as_ref),
                    after.and_then(Option::as_ref),
                )
            },
        )
    }

    /// Changes the view, and with it the URL; the page does not scroll.
    pub(crate) fn change(&self, history: History, change: impl FnOnce(&mut View)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        let view = view.canonical();
        browser::mark(INPUT_MARK);
        self.input_marked.set_value(true);
        let options = NavigateOptions {
            scroll: false,
            replace: history == History::Replace,
            ..NavigateOptions::default()
        };
        let target = href(&self.path.get_untracked(), &view);
        self.navigate
            .with_value(|navigate| navigate(&target, options));
    }

    /// Goes to the page of a path, with the same view.
    pub(crate) fn go(&self, path: &str) {
        let target = href(path, &self.view.read_untracked());
        self.follow(&target);
    }

    /// Goes where a link made in `routes` leads.
    pub(crate) fn follow(&self, link: &str) {
        self.navigate
            .with_value(|navigate| navigate(link, NavigateOptions::default()));
    }

    /// Measures from the input, or from now if there was none, until what is drawn now is on the
    /// screen. Charts that are scrolled out of view follow a moment later and are not part of it.
    pub(crate) fn measure_repaint(&self) {
        if !self.input_marked.get_value() {
            browser::mark(INPUT_MARK);
        }
        self.input_marked.set_value(false);
        browser::measure_until_painted(REPAINT, INPUT_MARK);
    }

    /// The path of the page, without query.
    pub(crate) fn path(&self) -> String {
        self.path.get_untracked()
    }

    /// Loads everything again.
    pub(crate) fn retry(&self) {
        self.reload.update(|count| *count += 1);
    }

    /// Loads the marts of a chart that are not here yet.
    pub(crate) fn want(&self, chart: ChartId) {
        for name in chart.marts() {
            let known =
                LOADED_FIRST.contains(&name) || self.wanted.read_untracked().contains_key(name);
            if !known {
                self.wanted.update(|wanted| {
                    wanted.insert(name, None);
                });
                if let Some(manifest) = self.manifest.read_untracked().ready() {
                    let store = *self;
                    spawn_local(async move { store.add(&manifest, vec![name]).await });
                }
            }
        }
    }

    /// Shows a short message for a moment.
    pub(crate) fn say(&self, text: impl Into<String>) {
        let text = text.into();
        let toast = self.toast;
        toast.set(Some(text.clone()));
        set_timeout(
            move || {
                if toast.get_untracked().as_ref() == Some(&text) {
                    toast.set(None);
                }
            },
            std::time::Duration::from_millis(2_500),
        );
    }

    fn load_when_the_snapshot_changes(self) {
        let wanted = Memo::new(move |_| self.view.read().snapshot.clone());
        Effect::new(move |_| {
            self.reload.track();
            let snapshot = wanted.get();
            spawn_local(async move { self.load(snapshot).await });
        });
    }

    /// Loads a snapshot. What was shown before stays, dimmed, until all of the new data is there;
    /// then it changes at once, so that all numbers of a page are of one snapshot.
    async fn load(self, snapshot: Option<String>) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        // A later request has taken over.
        let overtaken = move || self.turn.get_value() != turn;
        self.refreshing
            .set(self.marts.read_untracked().ready().is_some());
        let manifest = match api::manifest(snapshot.as_deref()).await {
            Ok(manifest) => Arc::new(manifest),
            Err(error) if !overtaken() => return self.fail(&error),
            Err(_) => return,
        };
        let fresh = match self.refreshing.get_untracked() {
            false => Fresh::first(&manifest).await,
            true => Fresh::all(&manifest, self.wanted_but(&[])).await,
        };
        if overtaken() {
            return;
        }
        self.refreshing.set(false);
        self.manifest.set(Load::Ready(Arc::clone(&manifest)));
        let here: Vec<&'static str> = fresh.others.keys().copied().collect();
        let cohorts_are_here = fresh.retention.is_some();
        if let Some(cohorts) = fresh.retention {
            self.retention.set(cohorts.into());
        }
        self.wanted.update(|wanted| wanted.extend(fresh.others));
        self.marts.set(fresh.marts.into());

        // The rest comes when that is on the screen, side by side: what a page has asked for in the
        // meantime (at first, all of it), and what only some charts show.
        draw::painted().await;
        self.has_painted();
        if overtaken() {
            return;
        }
        let rest = Arc::clone(&manifest);
        spawn_local(async move { self.add(&rest, self.wanted_but(&here)).await });
        let rest = Arc::clone(&manifest);
        spawn_local(async move { self.people.refresh(&rest).await });
        let rest = Arc::clone(&manifest);
        spawn_local(async move { self.events.refresh(&rest).await });
        if !cohorts_are_here {
            let cohorts = cohorts(&manifest).await;
            if overtaken() {
                return;
            }
            self.retention.set(cohorts.into());
        }
        // Charts are whole without notes, and older snapshots have none.
        let notes = api::mart(&manifest, "annotations").await;
        let notes = notes.map(|mart| charts::notes(&mart)).unwrap_or_default();
        if !overtaken() {
            self.notes.set(notes.into());
        }
    }

    /// The marts that pages have asked for, without those that are here.
    fn wanted_but(&self, here: &[&str]) -> Vec<&'static str> {
        let wanted = self.wanted.read_untracked();
        let missing = wanted.keys().filter(|name| !here.contains(name));
        missing.copied().collect()
    }

    /// Adds marts to those of their snapshot, all at once, unless another snapshot is shown by now.
    async fn add(self, manifest: &Arc<Manifest>, names: Vec<&'static str>) {
        let loaded = datasets(manifest, names).await;
        let shown = self.manifest.read_untracked().ready();
        if shown.is_none_or(|shown| shown.snapshot_id != manifest.snapshot_id) || loaded.is_empty()
        {
            return;
        }
        let mut outcomes = BTreeMap::new();
        self.marts.update(|marts| {
            for (name, data) in loaded {
                outcomes.insert(name, data.as_ref().err().cloned());
                if let (Load::Ready(marts), Ok(data)) = (&mut *marts, data) {
                    *marts = Arc::new(Marts::clone(marts).with(data));
                }
            }
        });
        self.wanted.update(|wanted| wanted.extend(outcomes));
    }

    fn fail(self, error: &ApiError) {
        let text = error.to_string();
        self.refreshing.set(false);
        self.manifest.set(Load::Failed(text.clone()));
        self.marts.set(Load::Failed(text.clone()));
        self.retention.set(Load::Failed(text.clone()));
        self.people.fail(&text);
        self.events.fail(&text);
        self.has_painted();
    }

    /// Set once, so that what waits for it does not run again for each snapshot.
    fn has_painted(self) {
        if !self.painted.get_untracked() {
            self.painted.set(true);
        }
    }

    fn refresh_offscreen_charts(self) {
        Effect::new(move |_| {
            let Some(evaluation) = self.evaluation.get() else {
                return;
            };
            spawn_local(async move {
                browser::next_paint().await;
                let last = self.evaluation.get_untracked();
                if are_same(last.as_ref(), Some(&evaluation)) {
                    self.seen.set(last);
                }
            });
        });
    }

    fn follow_the_theme(self) {
        let surroundings = theme::surroundings();
        Effect::new(move |_| {
            theme::apply(self.theme.get());
            surroundings.iter().for_each(Track::track);
            self.palette.set(Palette::current());
        });
    }
}

/// Whether it is the same evaluation, not one of equal numbers.
fn are_same(before: Option<&Arc<Evaluation>>, after: Option<&Arc<Evaluation>>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => Arc::ptr_eq(before, after),
        (before, after) => before.is_none() && after.is_none(),
    }
}
