// Typed arrays and one pass over all rows: what JavaScript does without an index.
import { readMart } from '../mart.mjs';
import { BROKEN_DOWN, DAYS, MEASURES, OFFSETS, SIZES, VALUES, emptyResult, sameFilters, totalsOf } from '../shape.mjs';

const NONE = SIZES.length;
const result = emptyResult();
let mart;
/** Rows that pass all filters, `passing` of them. */
let rows;
let last;

export async function load(response) {
  mart = await readMart(response);
  rows = new Uint32Array(mart.rows);
}

export function apply(state) {
  const passing = choose(state);
  // The range does not change the sums by day.
  if (!sameFilters(last, state)) addByDay(passing);
  last = state;
  totalsOf(result.series, state.from, state.to, result.totals);
  return result;
}

/** For each dimension a bit where a value does not pass. */
const tables = ({ kept }) => SIZES.map((size, d) =>
  Uint8Array.from({ length: size }, (_, code) => (kept[d] === 0 || (kept[d] >> code) & 1 ? 0 : 1 << d)));

/** Lists the rows that pass, and breaks the range down: a row that fails in one dimension still counts there. */
function choose(state) {
  const { day, measures } = mart;
  const [c0, c1, c2, c3, c4] = mart.codes;
  const [t0, t1, t2, t3, t4] = tables(state);
  const [a, b, c] = BROKEN_DOWN.map((m) => measures[m]);
  const [, o1, o2, o3, o4] = OFFSETS;
  const { breakdowns } = result;
  const { from, to } = state;
  const count = mart.rows;
  const only = new Uint8Array(32).fill(NONE + 1);
  only[0] = NONE;
  for (let d = 0; d < NONE; d += 1) only[1 << d] = d;
  breakdowns.fill(0);
  let passing = 0;
  for (let row = 0; row < count; row += 1) {
    const missing = t0[c0[row]] | t1[c1[row]] | t2[c2[row]] | t3[c3[row]] | t4[c4[row]];
    if (missing === 0) {
      rows[passing] = row;
      passing += 1;
    }
    const dimension = only[missing];
    if (dimension > NONE || day[row] < from || day[row] > to) continue;
    const x = a[row], y = b[row], z = c[row];
    if (dimension === NONE) {
      add(c0[row], x, y, z);
      add(o1 + c1[row], x, y, z);
      add(o2 + c2[row], x, y, z);
      add(o3 + c3[row], x, y, z);
      add(o4 + c4[row], x, y, z);
    } else {
      add(OFFSETS[dimension] + mart.codes[dimension][row], x, y, z);
    }
  }
  return passing;

  function add(at, x, y, z) {
    breakdowns[at] += x;
    breakdowns[VALUES + at] += y;
    breakdowns[2 * VALUES + at] += z;
  }
}

/** Sums by day of the rows that pass, column by column. */
function addByDay(passing) {
  for (let m = 0; m < MEASURES.length; m += 1) addColumn(result.series.subarray(m * DAYS, (m + 1) * DAYS), mart.measures[m], passing);
}

function addColumn(sums, values, passing) {
  const { day } = mart;
  sums.fill(0);
  for (let at = 0; at < passing; at += 1) {
    const row = rows[at];
    sums[day[row]] += values[row];
  }
}
