// A mart from Arrow bytes to typed arrays, as narrow as the numbers allow: what the JavaScript peers work on.
import { tableFromIPC } from '@uwdata/flechette';
import { DIMENSIONS, MEASURES } from './shape.mjs';

/** {rows, day: days from the first, codes: one array per dimension, measures: one array per measure}. */
export async function readMart(response) {
  const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()), { useDate: false });
  const batches = (name) => table.getChild(name).data;
  const days = joined(batches('day').map(({ values }) => values), new Int32Array(table.numRows));
  const first = days.reduce((least, day) => Math.min(least, day), Infinity);
  return {
    rows: table.numRows,
    day: Uint16Array.from(days, (day) => day - first),
    codes: DIMENSIONS.map((name) => ascending(batches(name), table.numRows)),
    measures: MEASURES.map((name) => narrowed(batches(name).map(({ values }) => values), table.numRows)),
  };
}

/** Arrays one after the other. */
function joined(parts, into) {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}

/** The codes of a text column, which must count the values in ascending order. */
function ascending(batches, rows) {
  for (const { dictionary } of batches) {
    const values = Array.from({ length: dictionary.length }, (_, at) => dictionary.at(at));
    if (values.some((value, at) => at > 0 && value <= values[at - 1])) throw new Error('a dictionary does not ascend');
  }
  return joined(batches.map(({ values }) => values), new Uint8Array(rows));
}

/** Numbers of 64 bits as numbers of 32, or as doubles where one of them is too large for that. */
function narrowed(parts, rows) {
  const narrow = new Int32Array(rows);
  let at = 0;
  for (const wide of parts) {
    const words = new Int32Array(wide.buffer, wide.byteOffset, wide.length * 2);
    for (let word = 0; word < words.length; word += 2) {
      const low = words[word];
      if (words[word + 1] !== low >> 31) return joined(parts.map((part) => Float64Array.from(part, Number)), new Float64Array(rows));
      narrow[at] = low;
      at += 1;
    }
  }
  return narrow;
}
