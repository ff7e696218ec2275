//! The sums of all columns under one set of filters, formed when they are first asked for and kept
//! for the next filters.

use std::collections::HashMap;
use std::ops::Range;

use crate::block::{Block, LANES, Lanes};
use crate::cube::Cube;
use crate::reach::{Allowed, Reach, reach};
use crate::sums::{Number, Sums};

/// Which cells count at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pick {
    /// All rows count.
    All,
    /// Those with a code in a key.
    Code(usize, u32),
}

/// The sums of a cube under filters. It belongs to one cube, which every question must be given.
#[derive(Debug, Default)]
pub struct Crossfilter {
    allowed: Option<Allowed>,
    reach: Vec<Reach>,
    /// Counts the filters there were.
    version: u64,
    sums: HashMap<(usize, Pick), Kept>,
    /// To be used again.
    failed: Vec<u8>,
}

#[derive(Debug)]
enum Kept {
    Narrow(Sums<i32>),
    Wide(Sums<i64>),
}

impl Crossfilter {
    /// Sets the filters. Nothing is summed before it is asked for.
    pub fn filter(&mut self, cube: &Cube, allowed: Allowed) {
        if self.allowed.as_ref() != Some(&allowed) {
            reach(cube.cells(), &allowed, &mut self.failed, &mut self.reach);
            self.version += 1;
            self.allowed = Some(allowed);
        }
    }

    /// The cells that pass all filters.
    pub fn passing(&self) -> impl Iterator<Item = usize> {
        let reach = self.reach.iter().enumerate();
        reach
            .filter(|(_, reach)| **reach == Reach::EVERYWHERE)
            .map(|(cell, _)| cell)
    }

    /// Running sums by day of a column over the rows that pass: element i + 1 is the sum of all
    /// days up to day i.
    pub fn running(&mut self, cube: &Cube, column: usize, pick: Pick) -> Vec<i64> {
        let mut running = vec![0; cube.days() + 1];
        self.visit(cube, column, pick, None, |sums, lane| {
            accumulate(&mut running, sums, lane);
        });
        to_running(running)
    }

    /// The same of the rows with any of some values in a dimension, under all filters but the one
    /// on this dimension.
    pub fn running_of(
        &mut self,
        cube: &Cube,
        column: usize,
        pick: Pick,
        (dimension, values): (usize, &[usize]),
    ) -> Vec<i64> {
        let days = cube.days();
        let mut running = vec![0; days + 1];
        self.visit(cube, column, pick, Some(dimension), |sums, lane| {
            for value in values {
                if let Some(strip) = sums.strip(value * days..(value + 1) * days) {
                    accumulate(&mut running, strip, lane);
                }
            }
        });
        to_running(running)
    }

    /// Sums of a column over a range of days by the values of a dimension, under all filters but
    /// the one on this dimension.
    pub fn by_value(
        &mut self,
        cube: &Cube,
        column: usize,
        pick: Pick,
        dimension: usize,
        days: Range<usize>,
    ) -> Vec<i64> {
        let days = days.start.min(cube.days())..days.end.min(cube.days());
        let days = days.start..days.end.max(days.start);
        let (block, lane) = (column / LANES, column % LANES);
        let reach = (self.version, &self.reach[..]);
        let kept = kept(&mut self.sums, cube, block, pick);
        let sums = match (kept, cube.block(block)) {
            (Kept::Narrow(sums), Block::Narrow(rows)) => {
                sums.by_value(cube, rows, reach, (dimension, days))
            }
            (Kept::Wide(sums), Block::Wide(rows)) => {
                sums.by_value(cube, rows, reach, (dimension, days))
            }
            _ => &[],
        };
        sums.iter().map(|lanes| lanes[lane]).collect()
    }

    fn visit(
        &mut self,
        cube: &Cube,
        column: usize,
        pick: Pick,
        by: Option<usize>,
        see: impl FnOnce(Strip<'_>, usize),
    ) {
        let (block, lane) = (column / LANES, column % LANES);
        let reach = (self.version, &self.reach[..]);
        match (kept(&mut self.sums, cube, block, pick), cube.block(block)) {
            (Kept::Narrow(sums), Block::Narrow(rows)) => {
                see(Strip::Narrow(sums.of(cube, rows, reach, by)), lane);
            }
            (Kept::Wide(sums), Block::Wide(rows)) => {
                see(Strip::Wide(sums.of(cube, rows, reach, by)), lane);
            }
            // Which of the two a block is never changes.
            _ => {}
        }
    }
}

/// What is kept of a block.
fn kept<'a>(
    sums: &'a mut HashMap<(usize, Pick), Kept>,
    cube: &Cube,
    block: usize,
    pick: Pick,
) -> &'a mut Kept {
    sums.entry((block, pick)).or_insert_with(|| {
        let all = 0..cube.cells().count() as u32;
        let cells = match pick {
            Pick::All => all.collect(),
            Pick::Code(key, code) => {
                let codes = cube.cells().codes(key);
                all.filter(|cell| codes[*cell as usize] == code).collect()
            }
        };
        match cube.block(block) {
            Block::Narrow(_) => Kept::Narrow(Sums::new(cells)),
            Block::Wide(_) => Kept::Wide(Sums::new(cells)),
        }
    })
}

/// Sums by day in either width.
#[derive(Clone, Copy)]
enum Strip<'a> {
    Narrow(&'a [Lanes<i32>]),
    Wide(&'a [Lanes<i64>]),
}

impl<'a> Strip<'a> {
    fn strip(self, range: Range<usize>) -> Option<Strip<'a>> {
        Some(match self {
            Strip::Narrow(sums) => Strip::Narrow(sums.get(range)?),
            Strip::Wide(sums) => Strip::Wide(sums.get(range)?),
        })
    }
}

/// Adds a lane of sums by day, one place later.
fn accumulate(running: &mut [i64], sums: Strip<'_>, lane: usize) {
    fn each<T: Number>(running: &mut [i64], sums: &[Lanes<T>], lane: usize) {
        for (running, sum) in running.iter_mut().skip(1).zip(sums) {
            *running += sum[lane].into();
        }
    }
    match sums {
        Strip::Narrow(sums) => each(running, sums, lane),
        Strip::Wide(sums) => each(running, sums, lane),
    }
}

/// From sums by day to running sums.
fn to_running(mut days: Vec<i64>) -> Vec<i64> {
    let mut total = 0;
    for day in &mut days {
        total += *day;
        *day = total;
    }
    days
}
