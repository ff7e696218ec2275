//! Where the boxes and lines of a layered graph stand: columns from left to right, few crossings,
//! short lines.
//!
//! A line that passes other columns gets a track in each of them, so that it runs between boxes and
//! not below them; all lines of one box share their track.

/// Height of a box and the space after it, in the units of a [`Layout`].
pub(crate) const BOX: f64 = 28.0;
const GAP: f64 = 8.0;
/// Height of a line's track.
const TRACK: f64 = 6.0;
/// Width of a box, and from one column to the next.
pub(crate) const WIDTH: f64 = 184.0;
const STEP: f64 = 232.0;
/// Passes over all columns, there and back; after a few there is nothing left to gain.
const SWEEPS: usize = 12;

/// A graph to lay out. Boxes stand in an order in which each comes after all it is fed by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    /// The group of each box; a group's boxes stand right of all of the group before.
    pub(crate) groups: Vec<usize>,
    /// From box to box; those that do not lead forward are left out.
    pub(crate) edges: Vec<(usize, usize)>,
}

/// Places, in units of a pixel at usual text size.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layout {
    /// Upper left corner of each box.
    pub(crate) boxes: Vec<(f64, f64)>,
    /// For each edge that leads forward: from, to, and its line as an SVG path.
    pub(crate) lines: Vec<(usize, usize, String)>,
    /// For each group with boxes: group, and where it begins from the left.
    pub(crate) groups: Vec<(usize, f64)>,
    /// Width of everything.
    pub(crate) width: f64,
    /// Height of everything.
    pub(crate) height: f64,
}

/// What stands in a column: a box, or the track of the lines that leave one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Box(usize),
    Track(usize),
}

/// One column: its items from top to bottom, and what each is tied to on the left, as places in the
/// column before.
#[derive(Debug, Clone, Default)]
struct Column {
    items: Vec<Item>,
    left: Vec<Vec<usize>>,
    y: Vec<f64>,
}

/// Lays out a graph. The same graph always gives the same picture.
pub(crate) fn lay_out(layers: &Layers) -> Layout {
    let edges = forward(layers);
    let columns = columns_of(layers, &edges);
    let count = columns.iter().max().map_or(0, |last| last + 1);
    let last = last_readers(&columns, &edges);
    let mut drawn: Vec<Column> = (0..count)
        .map(|at| {
            let boxes = (0..columns.len()).filter(|b| columns.get(*b) == Some(&at));
            let tracks = (0..columns.len()).filter(|b| {
                let (from, to) = (columns.get(*b), last.get(*b));
                from.is_some_and(|from| *from < at) && to.is_some_and(|to| at < *to)
            });
            let mut items: Vec<Item> = boxes.map(Item::Box).collect();
            items.extend(tracks.map(Item::Track));
            Column {
                items,
                ..Column::default()
            }
        })
        .collect();
    for at in 0..count {
        tie(&mut drawn, at, &edges);
    }
    uncross(&mut drawn, &edges);
    level(&mut drawn);
    place(layers, &drawn, &edges)
}

/// The edges that lead forward, each once.
fn forward(layers: &Layers) -> Vec<(usize, usize)> {
    let boxes = layers.groups.len();
    let mut edges: Vec<(usize, usize)> = layers.edges.clone();
    edges.retain(|(from, to)| from < to && *to < boxes);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The column of each box: right of all that feeds it, and right of all earlier groups.
fn columns_of(layers: &Layers, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut columns = vec![0; layers.groups.len()];
    let mut groups: Vec<usize> = layers.groups.clone();
    groups.sort_unstable();
    groups.dedup();
    let mut floor = 0;
    for group in groups {
        let mut next = floor;
        for at in 0..columns.len() {
            if layers.groups.get(at) != Some(&group) {
                continue;
            }
            let feeders = edges.iter().filter(|(_, to)| *to == at);
            let after = feeders.filter_map(|(from, _)| Some(columns.get(*from)? + 1));
            let column = after.max().unwrap_or(floor).max(floor);
            if let Some(place) = columns.get_mut(at) {
                *place = column;
            }
            next = next.max(column + 1);
        }
        floor = next;
    }
    columns
}

/// The column of the last box each box feeds.
fn last_readers(columns: &[usize], edges: &[(usize, usize)]) -> Vec<usize> {
    let mut last = vec![0; columns.len()];
    for (from, to) in edges {
        if let (Some(last), Some(column)) = (last.get_mut(*from), columns.get(*to)) {
            *last = (*last).max(*column);
        }
    }
    last
}

/// Finds for each item of a column what it is tied to in the column before: a track to its box or
/// track, a box to all that feed it.
fn tie(columns: &mut [Column], at: usize, edges: &[(usize, usize)]) {
    let source = |item: &Item| match item {
        Item::Box(one) | Item::Track(one) => *one,
    };
    let before = at.checked_sub(1).and_then(|before| columns.get(before));
    let before = before.map_or_else(Vec::new, |before| before.items.clone());
    let Some(column) = columns.get_mut(at) else {
        return;
    };
    let tied = |item: &Item| -> Vec<usize> {
        let feeds = |other: &Item| match item {
            Item::Track(one) => source(other) == *one,
            // Every feeder is in the column before, as a box or as its track.
            Item::Box(one) => edges.binary_search(&(source(other), *one)).is_ok(),
        };
        let others = before.iter().enumerate().filter(|(_, other)| feeds(other));
        others.map(|(place, _)| place).collect()
    };
    column.left = column.items.iter().map(tied).collect();
}

/// Puts the items of each column in the order of the middle of what they are tied to, there and
/// back, and keeps the best order.
fn uncross(columns: &mut Vec<Column>, edges: &[(usize, usize)]) {
    let mut best = columns.clone();
    let mut fewest = crossings(columns);
    for sweep in 0..SWEEPS {
        let rightward = sweep % 2 == 0;
        let order: Vec<usize> = match rightward {
            true => (1..columns.len()).collect(),
            false => (0..columns.len().saturating_sub(1)).rev().collect(),
        };
        for at in order {
            let wished = wishes(columns, at, rightward, |_, place| place as f64);
            let Some(column) = columns.get_mut(at) else {
                continue;
            };
            let mut sorted: Vec<(f64, Item)> = wished
                .into_iter()
                .zip(column.items.iter().copied())
                .collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            column.items = sorted.into_iter().map(|(_, item)| item).collect();
            tie(columns, at, edges);
            tie(columns, at + 1, edges);
        }
        let now = crossings(columns);
        if now < fewest {
            fewest = now;
            best.clone_from(columns);
        }
    }
    *columns = best;
}

/// The mean of where an item's neighbours of one side stand, for each item of a column; where it
/// stands itself without any.
fn wishes(
    columns: &[Column],
    at: usize,
    from_left: bool,
    stands: impl Fn(&Column, usize) -> f64,
) -> Vec<f64> {
    let Some(column) = columns.get(at) else {
        return Vec::new();
    };
    let mut sums = vec![(0.0, 0.0); column.items.len()];
    let mut add = |item: usize, place: f64| {
        if let Some((sum, count)) = sums.get_mut(item) {
            *sum += place;
            *count += 1.0;
        }
    };
    if from_left {
        if let Some(before) = at.checked_sub(1).and_then(|before| columns.get(before)) {
            for (item, tied) in column.left.iter().enumerate() {
                tied.iter()
                    .for_each(|other| add(item, stands(before, *other)));
            }
        }
    } else if let Some(after) = columns.get(at + 1) {
        for (other, tied) in after.left.iter().enumerate() {
            tied.iter()
                .for_each(|item| add(*item, stands(after, other)));
        }
    }
    let wish = |(item, (sum, count)): (usize, (f64, f64))| match count > 0.0 {
        true => sum / count,
        false => stands(column, item),
    };
    sums.into_iter().enumerate().map(wish).collect()
}

/// How often two ties cross.
fn crossings(columns: &[Column]) -> usize {
    let crossed = |column: &Column| {
        let ties = column.left.iter().enumerate();
        let ties: Vec<(usize, usize)> = ties
            .flat_map(|(right, tied)| tied.iter().map(move |left| (*left, right)))
            .collect();
        let cross = |a: &(usize, usize)| ties.iter().filter(|b| a.0 < b.0 && a.1 > b.1).count();
        ties.iter().map(cross).sum::<usize>()
    };
    columns.iter().map(crossed).sum()
}

/// Gives every item its height: near what it is tied to, in order, apart.
fn level(columns: &mut [Column]) {
    for column in &mut *columns {
        column.y = apart(&column.items, &vec![0.0; column.items.len()]);
    }
    for sweep in 0..SWEEPS {
        let rightward = sweep % 2 == 0;
        for step in 0..columns.len() {
            let at = if rightward {
                step
            } else {
                columns.len() - 1 - step
            };
            let middle = |column: &Column, place: usize| {
                let height = column.items.get(place).map_or(0.0, height);
                column.y.get(place).copied().unwrap_or_default() + height / 2.0
            };
            let mut wished = wishes(columns, at, rightward, middle);
            if let Some(column) = columns.get_mut(at) {
                for (wish, item) in wished.iter_mut().zip(&column.items) {
                    *wish -= height(item) / 2.0;
                }
                column.y = apart(&column.items, &wished);
            }
        }
    }
}

fn height(item: &Item) -> f64 {
    match item {
        Item::Box(_) => BOX,
        Item::Track(_) => TRACK,
    }
}

/// The places nearest to those wished for, in least squares, at which the items do not overlap: the
/// distance each keeps from the first is taken off, then neighbours in the wrong order are joined
/// at their mean.
fn apart(items: &[Item], wished: &[f64]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(items.len());
    for item in items {
        offsets.push(offset);
        offset += height(item)
            + if matches!(item, Item::Box(_)) {
                GAP
            } else {
                0.0
            };
    }
    // Runs of joined items: sum of the wishes, how many.
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for (wish, offset) in wished.iter().zip(&offsets) {
        let mut run = (wish - offset, 1);
        while let Some(before) = runs.pop_if(|b| b.0 * run.1 as f64 > run.0 * b.1 as f64) {
            run = (run.0 + before.0, run.1 + before.1);
        }
        runs.push(run);
    }
    let joined = runs
        .into_iter()
        .flat_map(|(sum, count)| std::iter::repeat_n(sum / count as f64, count));
    joined
        .zip(offsets)
        .map(|(place, offset)| place + offset)
        .collect()
}

fn place(layers: &Layers, columns: &[Column], edges: &[(usize, usize)]) -> Layout {
    let heights = columns.iter().flat_map(|column| column.y.iter().copied());
    let top = heights.reduce(f64::min).unwrap_or_default();
    let mut boxes = vec![(0.0, 0.0); layers.groups.len()];
    let mut groups: Vec<(usize, f64)> = Vec::new();
    let mut height = 0.0_f64;
    // Middles by column, to draw lines through.
    let mut middles: Vec<Vec<(Item, f64)>> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let x = at as f64 * STEP;
        let mut middle = Vec::new();
        for (item, y) in column.items.iter().zip(&column.y) {
            let y = (y - top).round();
            height = height.max(y + self::height(item));
            middle.push((*item, y + self::height(item) / 2.0));
            if let Item::Box(one) = item {
                if let Some(place) = boxes.get_mut(*one) {
                    *place = (x, y);
                }
                if let Some(group) = layers.groups.get(*one)
                    && groups.iter().all(|(known, _)| known != group)
                {
                    groups.push((*group, x));
                }
            }
        }
        middles.push(middle);
    }
    let lines = edges
        .iter()
        .map(|(from, to)| (*from, *to, line(&middles, *from, *to)))
        .collect();
    let width = (columns.len() as f64 * STEP - (STEP - WIDTH)).max(0.0);
    Layout {
        boxes,
        lines,
        groups,
        width,
        height,
    }
}

/// The line of an edge: out of its box, along its tracks, into the other box.
fn line(middles: &[Vec<(Item, f64)>], from: usize, to: usize) -> String {
    let mut path = String::new();
    let mut left = None;
    for (at, column) in middles.iter().enumerate() {
        let find = |wanted: Item| {
            let found = column.iter().find(|(item, _)| *item == wanted);
            found.map(|(_, y)| *y)
        };
        let x = at as f64 * STEP;
        let Some(before) = left else {
            left = find(Item::Box(from));
            path = left.map_or_else(String::new, |y| format!("M{} {y}", x + WIDTH));
            continue;
        };
        let end = find(Item::Box(to));
        let Some(y) = end.or_else(|| find(Item::Track(from))) else {
            continue;
        };
        let half = x - (STEP - WIDTH) / 2.0;
        path.push_str(&format!("C{half} {before} {half} {y} {x} {y}"));
        if end.is_some() {
            break;
        }
        path.push_str(&format!("H{}", x + WIDTH));
        left = Some(y);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A graph of up to 40 boxes in 4 groups, with edges of all kinds.
    fn graphs() -> impl Strategy<Value = Layers> {
        (1..40_usize).prop_flat_map(|boxes| {
            let groups = proptest::collection::vec(0..4_usize, boxes);
            let edges = proptest::collection::vec((0..boxes + 2, 0..boxes + 2), 0..60);
            (groups, edges).prop_map(|(mut groups, edges)| {
                groups.sort_unstable();
                Layers { groups, edges }
            })
        })
    }

    proptest! {
        #[test]
        fn boxes_stand_apart_and_right_of_what_feeds_them(layers in graphs()) {
            let layout = lay_out(&layers);
            prop_assert_eq!(layout.boxes.len(), layers.groups.len());
            for (at, (x, y)) in layout.boxes.iter().enumerate() {
                prop_assert!(*x >= 0.0 && *y >= 0.0, "{} is outside", at);
                prop_assert!(x + WIDTH <= layout.width && y + BOX <= layout.height, "{} is outside", at);
                for (other_x, other_y) in &layout.boxes[..at] {
                    prop_assert!(x != other_x || (y - other_y).abs() >= BOX, "{} overlaps", at);
                }
                for (other, (other_x, _)) in layout.boxes.iter().enumerate() {
                    prop_assert!(layers.groups[at] <= layers.groups[other] || x > other_x, "{} mixes groups", at);
                }
            }
            for (from, to, path) in &layout.lines {
                let ((x, y), (to_x, to_y)) = (layout.boxes[*from], layout.boxes[*to]);
                prop_assert!(x < to_x);
                let begin = format!("M{} {}", x + WIDTH, y + BOX / 2.0);
                let end = format!(" {to_x} {}", to_y + BOX / 2.0);
                prop_assert!(path.starts_with(&begin) && path.ends_with(&end), "{} from {:?} to {:?}", path, (x, y), (to_x, to_y));
            }
        }

        #[test]
        fn every_edge_that_leads_forward_has_one_line(layers in graphs()) {
            let mut expected: Vec<(usize, usize)> = layers.edges.iter().copied()
                .filter(|(from, to)| from < to && *to < layers.groups.len()).collect();
            expected.sort_unstable();
            expected.dedup();
            let drawn: Vec<(usize, usize)> = lay_out(&layers).lines.into_iter().map(|(from, to, _)| (from, to)).collect();
            prop_assert_eq!(drawn, expected);
        }

        #[test]
        fn places_are_the_nearest_in_order(wished in proptest::collection::vec(-100.0..100.0_f64, 1..8)) {
            let items: Vec<Item> = (0..wished.len()).map(Item::Box).collect();
            let far = |places: &[f64]| places.iter().zip(&wished).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            let placed = apart(&items, &wished);
            for pair in placed.windows(2) {
                prop_assert!(pair[1] - pair[0] >= BOX + GAP - 1e-9);
            }
            // No box can move by itself, nor all of them together, without coming nearer to another
            // or farther from its wish.
            for shift in [-0.5, 0.5] {
                let all: Vec<f64> = placed.iter().map(|y| y + shift).collect();
                prop_assert!(far(&all) >= far(&placed));
                for at in 0..placed.len() {
                    let mut one = placed.clone();
                    one[at] += shift;
                    let fits = one.windows(2).all(|pair| pair[1] - pair[0] >= BOX + GAP - 1e-9);
                    prop_assert!(!fits || far(&one) >= far(&placed));
                }
            }
        }
    }

    #[test]
    fn two_lines_that_cross_are_uncrossed() {
        let layers = Layers {
            groups: vec![0, 0, 1, 1],
            edges: vec![(0, 3), (1, 2)],
        };
        let layout = lay_out(&layers);
        let height = |at: usize| layout.boxes[at].1;
        assert_eq!(height(0) < height(1), height(3) < height(2));
        // Each line is level: its boxes could be put side by side.
        assert_eq!((height(0), height(1)), (height(3), height(2)));
    }

    #[test]
    fn an_empty_graph_takes_no_room() {
        assert_eq!(lay_out(&Layers::default()), Layout::default());
    }
}
