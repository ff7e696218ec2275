//! The engine as JavaScript calls it: Arrow bytes in, then one call for each change of the filters or the range.

use std::sync::Arc;

use tidemark_shared::date::from_days;
use tidemark_shared::dimension::Dimension;
use tidemark_shared::engine::{Dataset, Marts, Slice};
use tidemark_shared::view::{Filter, Filters, Span};
use tidemark_shared::wire::Decoder;
use wasm_bindgen::prelude::*;

use crate::mart::{BROKEN_DOWN, DAYS, MART, MEASURES, START};

/// A loaded mart and the results of the last call.
#[wasm_bindgen]
pub struct Engine {
    marts: Arc<Marts>,
    series: Vec<f64>,
    totals: Vec<f64>,
    breakdowns: Vec<f64>,
}

/// A mart that is arriving.
#[wasm_bindgen]
pub struct Arriving(Decoder);

#[wasm_bindgen]
impl Arriving {
    /// Awaits the bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: usize) -> Arriving {
        Arriving(Decoder::new(&MART, rows))
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What the wire format says of broken bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        Ok(self.0.push(bytes)?)
    }

    /// The engine on the whole mart.
    ///
    /// # Errors
    /// What the wire format or the engine says of a broken mart.
    pub fn finish(self) -> Result<Engine, JsError> {
        let data = Dataset::new(self.0.finish()?, from_days(START + DAYS as i32 - 1))?;
        Ok(Engine {
            marts: Arc::new(Marts::new(data)),
            series: Vec::new(),
            totals: Vec::new(),
            breakdowns: Vec::new(),
        })
    }
}

#[wasm_bindgen]
impl Engine {
    /// Computes everything anew. `kept` has a bit for each value of each dimension that is let through, or none for all;
    /// `from` and `to` are days counted from the first.
    ///
    /// A slice is made for every call, as the app does for every view.
    pub fn apply(&mut self, kept: &[u32], from: i32, to: i32) {
        let data = self.marts.daily();
        let mut filters = Filters::default();
        for (dimension, kept) in Dimension::ALL.into_iter().zip(kept) {
            if *kept != 0 {
                let values = data.coded_values(dimension).iter().enumerate();
                let values = values.filter(|(code, _)| kept >> code & 1 == 1);
                let filter = Filter::include(values.map(|(_, value)| value));
                filters.set(dimension, Some(filter));
            }
        }
        let span = Span {
            from: from_days(START + from),
            to: from_days(START + to),
        };
        let slice = Slice::new(Arc::clone(&self.marts), &filters);
        self.series.clear();
        self.totals.clear();
        self.breakdowns.clear();
        for measure in MEASURES {
            let running = slice.running_sums(measure);
            let days = running.windows(2).map(|days| (days[1] - days[0]) as f64);
            self.series.extend(days);
            self.totals
                .push((running[to as usize + 1] - running[from as usize]) as f64);
        }
        for measure in BROKEN_DOWN {
            for dimension in Dimension::ALL {
                let sums = slice.sums_by_value(measure, dimension, span);
                self.breakdowns
                    .extend(sums.into_iter().map(|sum| sum as f64));
            }
        }
    }

    /// Where the sums by day lie in memory, one measure after the other.
    pub fn series(&self) -> *const f64 {
        self.series.as_ptr()
    }

    /// Where the totals over the range lie, one for each measure.
    pub fn totals(&self) -> *const f64 {
        self.totals.as_ptr()
    }

    /// Where the sums by value lie: by measure broken down, dimension, and value.
    pub fn breakdowns(&self) -> *const f64 {
        self.breakdowns.as_ptr()
    }
}
