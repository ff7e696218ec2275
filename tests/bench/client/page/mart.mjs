// A mart from Arrow bytes to typed arrays, as narrow as the numbers allow: what the JavaScript peers work on.
import { tableFromIPC } from '@uwdata/flechette';
import { DIMENSIONS, MEASURES } from './shape.mjs';

/** {rows, day: days from the first, codes: one array per dimension, measures: one array per measure}. */
export function readMart(bytes) {
  const table = tableFromIPC(bytes, { useDate: false });
  const batch = (name) => {
    const column = table.getChild(name);
    if (column.data.length !== 1) throw new Error(`${name} comes in ${column.data.length} batches, not in one`);
    return column.data[0];
  };
  const days = batch('day').values;
  const first = days.reduce((least, day) => Math.min(least, day), Infinity);
  return {
    rows: table.numRows,
    day: Uint16Array.from(days, (day) => day - first),
    codes: DIMENSIONS.map((name) => ascending(batch(name))),
    measures: MEASURES.map((name) => narrowed(batch(name).values)),
  };
}

/** The codes of a text column, which must count the values in ascending order. */
function ascending(batch) {
  const values = Array.from({ length: batch.dictionary.length }, (_, at) => batch.dictionary.at(at));
  if (values.some((value, at) => at > 0 && value <= values[at - 1])) throw new Error('a dictionary does not ascend');
  return Uint8Array.from(batch.values);
}

/** Numbers of 64 bits as numbers of 32, or as doubles where one of them is too large for that. */
function narrowed(wide) {
  const words = new Int32Array(wide.buffer, wide.byteOffset, wide.length * 2);
  const narrow = new Int32Array(wide.length);
  for (let row = 0; row < narrow.length; row += 1) {
    const low = words[2 * row];
    if (words[2 * row + 1] !== low >> 31) return Float64Array.from(wide, Number);
    narrow[row] = low;
  }
  return narrow;
}
