// arquero on typed arrays: filters are compiled expressions, sums its own aggregates.
import * as aq from 'arquero';
import { readMart } from '../mart.mjs';
import { BROKEN_DOWN, DAYS, DIMENSIONS, MEASURES, OFFSETS, VALUES, emptyResult, sameFilters, totalsOf } from '../shape.mjs';

const result = emptyResult();
let table, last;

export async function load(response) {
  const { day, codes, measures } = await readMart(response);
  table = aq.table(Object.fromEntries([
    ['day', day],
    ...DIMENSIONS.map((name, d) => [name, codes[d]]),
    ...MEASURES.map((name, m) => [name, measures[m]]),
  ]));
}

export function apply(state) {
  if (!sameFilters(last, state)) addByDay(state);
  totalsOf(result.series, state.from, state.to, result.totals);
  DIMENSIONS.forEach((_, d) => breakDown(state, d));
  last = state;
  return result;
}

function addByDay({ kept }) {
  const sums = summed(table, conditions(kept), 'day', MEASURES);
  const day = sums.array('day');
  result.series.fill(0);
  MEASURES.forEach((name, m) => {
    const values = sums.array(name);
    for (let at = 0; at < day.length; at += 1) result.series[m * DAYS + day[at]] = values[at];
  });
}

function breakDown({ kept, from, to }, d) {
  const others = conditions(kept.map((bits, other) => (other === d ? 0 : bits)));
  const names = BROKEN_DOWN.map((m) => MEASURES[m]);
  const sums = summed(table, [...others, `d.day >= ${from} && d.day <= ${to}`], DIMENSIONS[d], names);
  const codes = sums.array(DIMENSIONS[d]);
  names.forEach((name, k) => {
    const values = sums.array(name);
    result.breakdowns.fill(0, k * VALUES + OFFSETS[d], k * VALUES + OFFSETS[d + 1]);
    for (let at = 0; at < codes.length; at += 1) result.breakdowns[k * VALUES + OFFSETS[d] + codes[at]] = values[at];
  });
}

const conditions = (kept) => kept.flatMap((bits, d) => (bits ? [`(${bits} >> d.${DIMENSIONS[d]}) & 1`] : []));

function summed(from, where, by, names) {
  const rows = where.length > 0 ? from.filter(`d => ${where.join(' && ')}`) : from;
  return rows.groupby(by).rollup(Object.fromEntries(names.map((name) => [name, aq.op.sum(name)])));
}
