//! A chart as its library reads it, put together from `charming`'s components.
//!
//! `charming`'s own chart can hold every kind of series, coordinate system and control there is,
//! and a program that writes it carries the writers of all of them. Ours are made of a grid, two
//! axes and three kinds of series.

use charming::component::{Axis, Grid, VisualMap};
use charming::element::Tooltip;
use charming::series::{Bar, Heatmap, Line};
use serde::Serialize;
use serde_json::Value;

/// One chart's option.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    grid: Grid,
    tooltip: Tooltip,
    x_axis: Axis,
    y_axis: Axis,
    #[serde(skip_serializing_if = "Option::is_none")]
    visual_map: Option<VisualMap>,
    series: Vec<Series>,
}

/// What is drawn between the axes.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Series {
    Bar(Box<Bar>),
    Line(Box<Line>),
    Heatmap(Box<Heatmap>),
    /// One of which the builder does not know all properties, as data.
    Data(Value),
}

impl Options {
    /// A chart without any series yet.
    pub(super) fn new(grid: Grid, tooltip: Tooltip, x_axis: Axis, y_axis: Axis) -> Options {
        Options {
            grid,
            tooltip,
            x_axis,
            y_axis,
            visual_map: None,
            series: Vec::new(),
        }
    }

    /// The same with colours by value.
    pub(super) fn visual_map(self, visual_map: VisualMap) -> Options {
        Options {
            visual_map: Some(visual_map),
            ..self
        }
    }

    /// The same with one more series, drawn over those before.
    pub(super) fn series(mut self, series: impl Into<Series>) -> Options {
        self.series.push(series.into());
        self
    }

    /// The JSON that the chart library reads.
    pub(super) fn to_json(&self) -> String {
        // Charts are plain data: no map with keys that are not text, so writing them cannot fail.
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }
}

impl From<Bar> for Series {
    fn from(bar: Bar) -> Series {
        Series::Bar(Box::new(bar))
    }
}

impl From<Line> for Series {
    fn from(line: Line) -> Series {
        Series::Line(Box::new(line))
    }
}

impl From<Heatmap> for Series {
    fn from(heatmap: Heatmap) -> Series {
        Series::Heatmap(Box::new(heatmap))
    }
}

impl From<Value> for Series {
    fn from(data: Value) -> Series {
        Series::Data(data)
    }
}
