//! The rows: sorted by cell, a day and blocks of measures each.

use std::ops::Range;
use std::sync::OnceLock;

use crate::block::{Block, Days, LANES, Values};
use crate::cells::Cells;

/// Rows, sorted by cell. Within a cell they keep their order.
#[derive(Debug, Clone)]
pub struct Cube {
    cells: Cells,
    dimensions: usize,
    /// Where the rows of each cell begin; one more, where they end.
    starts: Vec<u32>,
    day: Vec<u16>,
    days: usize,
    /// Rows of the day that has most.
    busiest: u32,
    blocks: Vec<Block>,
    /// A one for every row, made when it is first asked for.
    ones: OnceLock<Block>,
}

impl Cube {
    /// The column that is one in every row.
    pub const ROWS: usize = 0;

    /// Measures that lie together: as many are best added at a time.
    pub const TOGETHER: usize = LANES;

    /// Sorts rows by their cells, `of_row` being that of each; `order` of it gives for each row its
    /// place among the rows given. The first keys are the dimensions that filters are on. `day` is
    /// the day of each row, below `days`; at most `u32::MAX` rows.
    pub fn new(
        cells: Cells,
        of_row: &[u32],
        dimensions: usize,
        day: &[u16],
        days: usize,
    ) -> (Cube, Vec<u32>) {
        let mut starts = vec![0u32; cells.count() + 1];
        for cell in of_row {
            starts[*cell as usize + 1] += 1;
        }
        for at in 0..cells.count() {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut order = vec![0u32; day.len()];
        for (row, cell) in (0u32..).zip(of_row) {
            let next = &mut next[*cell as usize];
            order[*next as usize] = row;
            *next += 1;
        }
        let cube = Cube {
            cells,
            dimensions,
            starts,
            day: order.iter().map(|row| day[*row as usize]).collect(),
            days,
            busiest: busiest(day, days),
            blocks: Vec::new(),
            ones: OnceLock::new(),
        };
        (cube, order)
    }

    /// Adds measures, which get the next column numbers. `order` and `day` are those of
    /// [`Cube::new`].
    pub fn add(&mut self, columns: &[Values], order: &[u32], day: &[u16]) {
        for columns in columns.chunks(LANES) {
            let days = Days {
                day,
                count: self.days,
                busiest: self.busiest,
            };
            self.blocks.push(Block::new(columns, order, days));
        }
    }

    /// The number the next column added gets.
    pub fn next_column(&self) -> usize {
        (self.blocks.len() + 1) * LANES
    }

    /// The cells.
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// How many of the keys are dimensions.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.day.len()
    }

    /// Number of days.
    pub fn days(&self) -> usize {
        self.days
    }

    /// The day of each row.
    pub fn day(&self) -> &[u16] {
        &self.day
    }

    /// The rows of a cell.
    pub fn rows_of(&self, cell: usize) -> Range<usize> {
        self.starts[cell] as usize..self.starts[cell + 1] as usize
    }

    /// The value of a row in a column; panics past the end, like a slice.
    pub fn value(&self, column: usize, row: usize) -> i64 {
        self.block(column / LANES).get(row, column % LANES)
    }

    pub(crate) fn block(&self, block: usize) -> &Block {
        match block.checked_sub(1) {
            Some(block) => &self.blocks[block],
            None => self
                .ones
                .get_or_init(|| Block::Narrow(vec![[1, 0, 0, 0]; self.rows()])),
        }
    }

    /// Bytes held, not counting the lists of cells.
    pub fn bytes(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(Block::bytes).sum();
        blocks + size_of_val(&self.day[..])
    }
}

/// Rows of the day that has most.
fn busiest(day: &[u16], days: usize) -> u32 {
    let mut rows = vec![0u32; days];
    for day in day {
        if let Some(rows) = rows.get_mut(usize::from(*day)) {
            *rows += 1;
        }
    }
    rows.into_iter().max().unwrap_or(0)
}
