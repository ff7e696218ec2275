// What every contestant must say: all rows, one by one, without any idea of speed. Reads the Arrow bytes in its own way.
import { tableFromIPC } from '@uwdata/flechette';
import { BROKEN_DOWN, DAYS, DIMENSIONS, MEASURES, OFFSETS, VALUES, emptyResult } from './shape.mjs';

/** Dates come as instants. */
const MS_PER_DAY = 86_400_000;

/** Rows as plain objects; the values of each dimension ascending. */
export function readRows(bytes) {
  const columns = tableFromIPC(bytes, { useDate: false, useBigInt: false }).toColumns();
  const values = DIMENSIONS.map((name) => [...new Set(columns[name])].sort());
  const days = Array.from(columns.day, (instant) => instant / MS_PER_DAY);
  const start = Math.min(...new Set(days));
  return days.map((day, at) => ({
    day: day - start,
    codes: DIMENSIONS.map((name, d) => values[d].indexOf(columns[name][at])),
    numbers: MEASURES.map((name) => Number(columns[name][at])),
  }));
}

/** The result of a state. */
export function reference(rows, { kept, from, to }) {
  const result = emptyResult();
  for (const { day, codes, numbers } of rows) {
    const passes = codes.map((code, d) => kept[d] === 0 || ((kept[d] >> code) & 1) === 1);
    const shown = from <= day && day <= to;
    if (passes.every(Boolean)) {
      numbers.forEach((number, m) => {
        result.series[m * DAYS + day] += number;
        if (shown) result.totals[m] += number;
      });
    }
    codes.forEach((code, d) => {
      if (shown && passes.every((pass, other) => pass || other === d)) {
        BROKEN_DOWN.forEach((m, k) => { result.breakdowns[k * VALUES + OFFSETS[d] + code] += numbers[m]; });
      }
    });
  }
  return result;
}
