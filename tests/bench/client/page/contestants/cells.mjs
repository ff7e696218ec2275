// Typed arrays ordered by combination of values ("cell"), running sums, and only what changed added or taken away: the same
// idea as an index, as well as we can write it in JavaScript.
import { readMart } from '../mart.mjs';
import { BROKEN_DOWN, DAYS, MEASURES, OFFSETS, SIZES, VALUES, emptyResult, sameFilters, sameRange, totalsOf } from '../shape.mjs';

/** Days between two marks of where a cell's rows stand, as a power of two. */
const STRIDE = 5;
const MARKS = (DAYS >> STRIDE) + 2;

const result = emptyResult();
/** Rows by cell, then day. */
let day;
/** Running sums over all rows for each measure: element i + 1 includes row i. */
let running;
/** The cells that have rows: where they begin (and the last ends), their codes, and marks. */
let cells;
/** Of each cell, a bit for each dimension in which it does not pass. */
let missing;
/** Sums over the range: one array of cells for each measure broken down. */
let inRange;
let last;

export async function load(response) {
  const mart = await readMart(response);
  const { starts, codes, order } = sorted(mart);
  const count = codes[0].length;
  day = Uint16Array.from(order, (row) => mart.day[row]);
  running = mart.measures.map((values) => runningSums(values, order));
  cells = { count, starts, codes, marks: marksOf(starts, count) };
  missing = new Uint8Array(count);
  inRange = BROKEN_DOWN.map((m) => new running[m].constructor(count));
}

/** Counting sort of the rows, which stand by day already. */
function sorted({ rows, codes }) {
  const number = (row) => codes.reduce((cell, code, d) => cell * SIZES[d] + code[row], 0);
  const cellOf = Uint16Array.from({ length: rows }, (_, row) => number(row));
  const possible = SIZES.reduce((product, size) => product * size);
  const counts = new Uint32Array(possible);
  for (const cell of cellOf) counts[cell] += 1;
  const full = [];
  const next = new Uint32Array(possible);
  const starts = [0];
  for (let cell = 0, start = 0; cell < possible; cell += 1) {
    next[cell] = start;
    start += counts[cell];
    if (counts[cell] > 0) {
      full.push(cell);
      starts.push(start);
    }
  }
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) order[next[cellOf[row]]++] = row;
  const below = SIZES.map((_, d) => SIZES.slice(d + 1).reduce((product, size) => product * size, 1));
  return { starts: Uint32Array.from(starts), order, codes: SIZES.map((size, d) => Uint8Array.from(full, (cell) => Math.floor(cell / below[d]) % size)) };
}

/** Running sums in 32 bits where they fit, else in doubles. */
function runningSums(values, order) {
  let most = 0;
  for (let at = 0; at < values.length; at += 1) most += Math.abs(values[at]);
  const sums = new (most < 2 ** 31 ? Int32Array : Float64Array)(values.length + 1);
  for (let at = 0; at < values.length; at += 1) sums[at + 1] = sums[at] + values[order[at]];
  return sums;
}

/** For each cell, where the rows from every 32nd day on begin. */
function marksOf(starts, count) {
  const marks = new Uint32Array(count * MARKS);
  for (let cell = 0; cell < count; cell += 1) {
    let at = starts[cell];
    for (let mark = 0; mark < MARKS; mark += 1) {
      while (at < starts[cell + 1] && day[at] < mark << STRIDE) at += 1;
      marks[cell * MARKS + mark] = at;
    }
  }
  return marks;
}

export function apply(state) {
  if (!sameFilters(last, state)) filter(state);
  if (!sameRange(last, state)) sumRange(state);
  last = state;
  totalsOf(result.series, state.from, state.to, result.totals);
  breakDown();
  return result;
}

/** Decides every cell anew, then adds the cells that came and takes away those that went, or starts over if that is less. */
function filter({ kept }) {
  const tables = SIZES.map((size, d) =>
    Uint8Array.from({ length: size }, (_, code) => (kept[d] === 0 || (kept[d] >> code) & 1 ? 0 : 1 << d)));
  const [t0, t1, t2, t3, t4] = tables;
  const [c0, c1, c2, c3, c4] = cells.codes;
  const { count, starts } = cells;
  const came = [], went = [], all = [];
  let changing = 0, passing = 0;
  for (let cell = 0; cell < count; cell += 1) {
    const before = last !== undefined && missing[cell] === 0;
    const now = t0[c0[cell]] | t1[c1[cell]] | t2[c2[cell]] | t3[c3[cell]] | t4[c4[cell]];
    missing[cell] = now;
    const size = starts[cell + 1] - starts[cell];
    if (now === 0) {
      passing += size;
      stretch(all, starts[cell], starts[cell + 1]);
    }
    if (before !== (now === 0)) {
      changing += size;
      stretch(before ? went : came, starts[cell], starts[cell + 1]);
    }
  }
  const anew = passing < changing;
  for (let m = 0; m < MEASURES.length; m += 1) {
    const sums = result.series.subarray(m * DAYS, (m + 1) * DAYS);
    if (anew) {
      sums.fill(0);
      add(sums, running[m], all);
    } else {
      add(sums, running[m], came);
      takeAway(sums, running[m], went);
    }
  }
}

/** Rows from one to another, as one stretch with those just before them. */
function stretch(stretches, from, to) {
  if (stretches.length > 0 && stretches.at(-1) === from) stretches[stretches.length - 1] = to;
  else stretches.push(from, to);
}

function add(sums, sofar, stretches) {
  for (let s = 0; s < stretches.length; s += 2) {
    const to = stretches[s + 1];
    let before = sofar[stretches[s]];
    for (let at = stretches[s]; at < to; at += 1) {
      const now = sofar[at + 1];
      sums[day[at]] += now - before;
      before = now;
    }
  }
}

function takeAway(sums, sofar, stretches) {
  for (let s = 0; s < stretches.length; s += 2) {
    const to = stretches[s + 1];
    let before = sofar[stretches[s]];
    for (let at = stretches[s]; at < to; at += 1) {
      const now = sofar[at + 1];
      sums[day[at]] -= now - before;
      before = now;
    }
  }
}

/** What happened within the range in each cell. */
function sumRange({ from, to }) {
  const { count, marks } = cells;
  const [a, b, c] = BROKEN_DOWN.map((m) => running[m]);
  const [x, y, z] = inRange;
  const fromMark = from >> STRIDE, toMark = (to + 1) >> STRIDE;
  for (let cell = 0; cell < count; cell += 1) {
    const end = cells.starts[cell + 1];
    let first = marks[cell * MARKS + fromMark];
    while (first < end && day[first] < from) first += 1;
    let after = marks[cell * MARKS + toMark];
    while (after < end && day[after] <= to) after += 1;
    x[cell] = a[after] - a[first];
    y[cell] = b[after] - b[first];
    z[cell] = c[after] - c[first];
  }
}

/** Adds the cells by value: one that fails in one dimension still counts there. */
function breakDown() {
  const { breakdowns } = result;
  const { count, codes } = cells;
  const [c0, c1, c2, c3, c4] = codes;
  const [, o1, o2, o3, o4] = OFFSETS;
  const [x, y, z] = inRange;
  breakdowns.fill(0);
  for (let cell = 0; cell < count; cell += 1) {
    const without = missing[cell];
    if (without === 0) {
      put(c0[cell], cell);
      put(o1 + c1[cell], cell);
      put(o2 + c2[cell], cell);
      put(o3 + c3[cell], cell);
      put(o4 + c4[cell], cell);
    } else if ((without & (without - 1)) === 0) {
      const d = 31 - Math.clz32(without);
      put(OFFSETS[d] + codes[d][cell], cell);
    }
  }

  function put(at, cell) {
    breakdowns[at] += x[cell];
    breakdowns[VALUES + at] += y[cell];
    breakdowns[2 * VALUES + at] += z[cell];
  }
}
