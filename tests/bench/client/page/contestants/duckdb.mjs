// DuckDB-WASM in its worker: a table with the dimensions as codes, and one query for each part of the result.
import * as duckdb from '@duckdb/duckdb-wasm';
import { tableFromArrays, tableToIPC, uint8, uint16, int64 } from '@uwdata/flechette';
import { readMart } from '../mart.mjs';
import { BROKEN_DOWN, DAYS, DIMENSIONS, MEASURES, OFFSETS, VALUES, emptyResult, sameFilters, totalsOf } from '../shape.mjs';

const result = emptyResult();
const TABLE = 'lifecycle_daily';
let connection, last;

export async function load(response) {
  const worker = new Worker('/duckdb/duckdb-browser-eh.worker.js');
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  await database.instantiate('/duckdb/duckdb-eh.wasm');
  connection = await database.connect();
  await connection.insertArrowFromIPCStream(await coded(response), { name: TABLE, create: true });
}

/** The mart with codes instead of texts: smaller, and faster to compare. */
async function coded(response) {
  const { day, codes, measures } = await readMart(response);
  const columns = {
    day,
    ...Object.fromEntries(DIMENSIONS.map((name, d) => [name, codes[d]])),
    ...Object.fromEntries(MEASURES.map((name, m) => [name, measures[m]])),
  };
  const types = {
    day: uint16(),
    ...Object.fromEntries(DIMENSIONS.map((name) => [name, uint8()])),
    ...Object.fromEntries(MEASURES.map((name) => [name, int64()])),
  };
  return tableToIPC(tableFromArrays(columns, { types }), { format: 'stream' });
}

export async function apply(state) {
  const filtersChanged = !sameFilters(last, state);
  // The range does not change the sums by day.
  if (filtersChanged) {
    result.series.fill(0);
    const rows = await connection.query(`select day, ${sums(MEASURES)} from ${TABLE} ${where(conditions(state.kept))} group by day`);
    const day = rows.getChild('day').toArray();
    MEASURES.forEach((name, m) => scatter(result.series, m * DAYS, day, rows.getChild(name).toArray()));
  }
  totalsOf(result.series, state.from, state.to, result.totals);
  for (let d = 0; d < DIMENSIONS.length; d += 1) await breakDown(state, d);
  last = state;
  return result;
}

async function breakDown({ kept, from, to }, d) {
  const others = conditions(kept.map((bits, other) => (other === d ? 0 : bits)));
  const names = BROKEN_DOWN.map((m) => MEASURES[m]);
  const conditionsHere = where([...others, `day between ${from} and ${to}`]);
  const rows = await connection.query(`select ${DIMENSIONS[d]}, ${sums(names)} from ${TABLE} ${conditionsHere} group by ${DIMENSIONS[d]}`);
  const codes = rows.getChild(DIMENSIONS[d]).toArray();
  names.forEach((name, k) => {
    result.breakdowns.fill(0, k * VALUES + OFFSETS[d], k * VALUES + OFFSETS[d + 1]);
    scatter(result.breakdowns, k * VALUES + OFFSETS[d], codes, rows.getChild(name).toArray());
  });
}

/** Sums are exact in doubles: they are far below 2^53. */
const sums = (names) => names.map((name) => `sum(${name})::double as ${name}`).join(', ');

const where = (parts) => (parts.length > 0 ? `where ${parts.join(' and ')}` : '');

const conditions = (kept) => kept.flatMap((bits, d) => {
  const codes = Array.from({ length: 32 }, (_, code) => code).filter((code) => (bits >> code) & 1);
  return bits ? [`${DIMENSIONS[d]} in (${codes.join(', ')})`] : [];
});

function scatter(into, offset, places, values) {
  for (let at = 0; at < places.length; at += 1) into[offset + places[at]] = values[at];
}
