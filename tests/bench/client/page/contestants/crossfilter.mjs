// crossfilter2 over row numbers and typed arrays, which spares it an object for each row.
import crossfilter from 'crossfilter2';
import { readMart } from '../mart.mjs';
import { BROKEN_DOWN, DAYS, MEASURES, OFFSETS, SIZES, VALUES, emptyResult, sameRange, totalsOf } from '../shape.mjs';

const result = emptyResult();
let byDay, dimensions, daySums, sums, last;

export async function load(response) {
  const { rows, day, codes, measures } = await readMart(response);
  const facts = crossfilter(Array.from({ length: rows }, (_, row) => row));
  byDay = facts.dimension((row) => day[row]);
  dimensions = codes.map((code) => facts.dimension((row) => code[row]));
  daySums = byDay.group().reduce(...adding(measures));
  sums = dimensions.map((dimension) => dimension.group().reduce(...adding(BROKEN_DOWN.map((m) => measures[m]))));
}

/** How a group takes a row in, gives it back, and begins. */
function adding(columns) {
  const count = columns.length;
  return [
    (sum, row) => {
      for (let m = 0; m < count; m += 1) sum[m] += columns[m][row];
      return sum;
    },
    (sum, row) => {
      for (let m = 0; m < count; m += 1) sum[m] -= columns[m][row];
      return sum;
    },
    () => new Float64Array(count),
  ];
}

export function apply(state) {
  dimensions.forEach((dimension, d) => {
    const kept = state.kept[d];
    if (kept === (last?.kept[d] ?? 0)) return;
    if (kept === 0) dimension.filterAll();
    else dimension.filterFunction((code) => (kept >> code) & 1);
  });
  if (!sameRange(last, state)) byDay.filterRange([state.from, state.to + 1]);
  last = state;
  result.series.fill(0);
  for (const { key, value } of daySums.all()) {
    for (let m = 0; m < MEASURES.length; m += 1) result.series[m * DAYS + key] = value[m];
  }
  totalsOf(result.series, state.from, state.to, result.totals);
  result.breakdowns.fill(0);
  for (let d = 0; d < SIZES.length; d += 1) {
    for (const { key, value } of sums[d].all()) {
      for (let k = 0; k < BROKEN_DOWN.length; k += 1) result.breakdowns[k * VALUES + OFFSETS[d] + key] = value[k];
    }
  }
  return result;
}
