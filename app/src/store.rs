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
use tidemark_shared::engine::{Dataset, Evaluation, Marts, RetentionData};
use tidemark_shared::format::Formatter;
use tidemark_shared::view::{Ignored, parse};

use crate::api::{self, ApiError};
use crate::charts::{self, Note, Palette};
use crate::lazy::Lazy;
use crate::routes::href;
use crate::ui::browser;
use crate::ui::theme::{self, Theme};

/// Name of the mark of an input, and of the measure from there to the repainted page.
const INPUT_MARK: &str = "tidemark:input";
const REPAINT: &str = "tidemark:repaint";

/// Marts that every page has.
const LOADED_FIRST: [&str; 2] = ["lifecycle_daily", "retention_cohorts"];

/// What became of something loaded.
#[derive(Debug, Clone)]
pub(crate) enum Load<T> {
    /// Not here yet.
    Loading,
    /// Here.
    Ready(T),
    /// It failed, with a sentence.
    Failed(String),
}

impl<T: Clone> Load<T> {
    /// The value, if it is here.
    pub(crate) fn ready(&self) -> Option<T> {
        match self {
            Load::Ready(value) => Some(value.clone()),
            _ => None,
        }
    }
}

impl<T> From<Result<T, String>> for Load<Arc<T>> {
    fn from(loaded: Result<T, String>) -> Load<Arc<T>> {
        match loaded {
            Ok(value) => Load::Ready(Arc::new(value)),
            Err(message) => Load::Failed(message),
        }
    }
}

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
    /// Cohorts.
    pub(crate) retention: RwSignal<Load<Arc<RetentionData>>>,
    /// The customers; loaded when first asked for.
    pub(crate) people: Lazy<People>,
    /// The facts behind the daily flows; loaded when first asked for.
    pub(crate) events: Lazy<Events>,
    /// What is noted of days.
    pub(crate) notes: RwSignal<Arc<[Note]>>,
    /// The view evaluated on the daily flows; every number of a page comes from here.
    pub(crate) evaluation: Memo<Option<Arc<Evaluation>>>,
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
        // Filter values that the data does not have would only hide everything: they are dropped and told.
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
            // Evaluations are made anew exactly when the view or the data changed.
            |_, _| true,
        );
        let store = Store {
            view,
            ignored: Memo::new(move |_| known.read().1.clone()),
            manifest,
            marts,
            wanted: RwSignal::default(),
            retention: RwSignal::new(Load::Loading),
            people: Lazy::new("customers", People::new),
            events: Lazy::new("customer_events", Events::new),
            notes: RwSignal::new(Arc::default()),
            evaluation,
            formatter: Memo::new(move |_| {
                let manifest: Option<Arc<Manifest>> = manifest.read().ready();
                Formatter::new(manifest.as_ref().map_or("usd", |m| m.currency.as_str()))
            }),
            theme: RwSignal::new(theme::stored()),
            palette: RwSignal::new(Palette::current()),
            toast: RwSignal::new(None),
            refreshing: RwSignal::new(false),
            turn: StoredValue::new(0),
            input_marked: StoredValue::new(false),
            reload: RwSignal::new(0),
            path: location.pathname,
            navigate: StoredValue::new_local(Arc::new(use_navigate())),
        };
        store.load_when_the_snapshot_changes();
        store.follow_the_theme();
        provide_context(store);
    }

    /// The store of this app.
    pub(crate) fn get() -> Store {
        expect_context::<Store>()
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

    /// Measures from the input, or from now if there was none, until what is drawn now is on the screen. Charts that are
    /// scrolled out of view follow a moment later and are not part of it.
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
                    spawn_local(async move { store.add(&manifest, name).await });
                }
            }
        }
    }

    /// Loads the customers, unless they are here or on their way.
    pub(crate) fn want_people(&self) {
        self.people.want(self.manifest.read_untracked().ready());
    }

    /// Loads the facts behind the daily flows, unless they are here or on their way.
    pub(crate) fn want_events(&self) {
        self.events.want(self.manifest.read_untracked().ready());
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

    /// Loads a snapshot. What was shown before stays, dimmed, until all of the new data is there; then it changes at once, so
    /// that all numbers of a page are of one snapshot.
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
        let lifecycle = dataset(&manifest, LOADED_FIRST[0]).await;
        let refreshing = self.refreshing.get_untracked();
        let mut marts = lifecycle.map(Marts::new);
        let mut failures = BTreeMap::new();
        if refreshing {
            let wanted: Vec<&'static str> = self.wanted.read_untracked().keys().copied().collect();
            for name in wanted {
                let data = dataset(&manifest, name).await;
                failures.insert(name, data.as_ref().err().cloned());
                if let (Ok(all), Ok(data)) = (&mut marts, data) {
                    *all = all.clone().with(data);
                }
            }
        }
        let retention = async {
            let cohorts = api::mart(&manifest, LOADED_FIRST[1]).await;
            let cohorts = cohorts.map_err(|error| error.to_string())?;
            RetentionData::new(&cohorts, manifest.as_of).map_err(|error| error.to_string())
        };
        let (early, late) = match refreshing {
            true => (Some(retention.await), None),
            false => (None, Some(retention)),
        };
        if overtaken() {
            return;
        }
        self.refreshing.set(false);
        self.manifest.set(Load::Ready(Arc::clone(&manifest)));
        if let Some(cohorts) = early {
            self.retention.set(cohorts.into());
        }
        let here: Vec<&'static str> = failures.keys().copied().collect();
        self.wanted.update(|wanted| wanted.extend(failures));
        self.marts.set(marts.into());
        // What a page has asked for in the meantime, or all of it at first.
        let missing = |name: &&&'static str| !here.contains(name);
        let wanted: Vec<&'static str> = self
            .wanted
            .read_untracked()
            .keys()
            .filter(missing)
            .copied()
            .collect();
        for name in wanted {
            self.add(&manifest, name).await;
        }
        if let Some(cohorts) = late {
            let cohorts = cohorts.await;
            if !overtaken() {
                self.retention.set(cohorts.into());
            }
        }
        self.people.refresh(&manifest).await;
        self.events.refresh(&manifest).await;
        // Charts are whole without notes, and older snapshots have none.
        let notes = api::mart(&manifest, "annotations").await;
        let notes = notes.map(|mart| charts::notes(&mart)).unwrap_or_default();
        if !overtaken() {
            self.notes.set(notes.into());
        }
    }

    /// Adds a mart to those of its snapshot, unless another snapshot is shown by now.
    async fn add(self, manifest: &Arc<Manifest>, name: &'static str) {
        let data = dataset(manifest, name).await;
        let shown = self.manifest.read_untracked().ready();
        if shown.is_none_or(|shown| shown.snapshot_id != manifest.snapshot_id) {
            return;
        }
        let failure = match data {
            Ok(data) => {
                self.marts.update(|marts| {
                    if let Load::Ready(marts) = marts {
                        *marts = Arc::new(Marts::clone(marts).with(data));
                    }
                });
                None
            }
            Err(error) => Some(error),
        };
        self.wanted.update(|wanted| {
            wanted.insert(name, failure);
        });
    }

    fn fail(self, error: &ApiError) {
        let text = error.to_string();
        self.refreshing.set(false);
        self.manifest.set(Load::Failed(text.clone()));
        self.marts.set(Load::Failed(text.clone()));
        self.retention.set(Load::Failed(text.clone()));
        self.people.fail(&text);
        self.events.fail(&text);
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

/// A mart of daily flows, or a sentence on why not.
async fn dataset(manifest: &Manifest, name: &'static str) -> Result<Dataset, String> {
    let columns = api::mart(manifest, name)
        .await
        .map_err(|error| error.to_string())?;
    Dataset::new(columns, manifest.as_of).map_err(|error| error.to_string())
}
