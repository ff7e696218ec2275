// Runs one contestant through the interactions in this page, and says how long each took and what came out.
import { readRows, reference } from './reference.mjs';
import { START, interactions } from './script.mjs';
import { BROKEN_DOWN, DAYS, DIMENSIONS, MEASURES, OFFSETS, VALUES } from './shape.mjs';

const CONTESTANTS = {
  tidemark: () => import('./contestants/tidemark.mjs'),
  cells: () => import('./contestants/cells.mjs'),
  scan: () => import('./contestants/scan.mjs'),
  crossfilter: () => import('./contestants/crossfilter.mjs'),
  duckdb: () => import('./contestants/duckdb.mjs'),
  arquero: () => import('./contestants/arquero.mjs'),
};

const SEED = 2026;
const WARM_UP_SEED = 7;
/** How often the interactions are gone through, if there is time; each counts with the median of its times, since machines are noisy. */
const PASSES = 3;

/**
 * `count` interactions, of which at least `least` however long they take, and no more once `budget` ms are over.
 * With `compare`, each result is compared with the reference, number by number.
 */
globalThis.run = async ({ contestant, address, count, least, budget, compare }) => {
  const { load, apply, ownMemory } = await CONTESTANTS[contestant]();
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  const arrowBytes = Number(response.headers.get('content-length'));
  const rows = compare ? readRows(new Uint8Array(await response.clone().arrayBuffer())) : undefined;
  const started = performance.now();
  await load(response);
  const loadMs = performance.now() - started;
  const firstStarted = performance.now();
  await apply(START);
  const firstMs = performance.now() - firstStarted;

  const warmUpEnd = performance.now() + budget / 10;
  for (const state of interactions(10, WARM_UP_SEED)) {
    await apply(state);
    if (performance.now() > warmUpEnd) break;
  }

  const end = performance.now() + budget;
  const passes = [await pass({ apply, count, least, end, rows })];
  for (let took = 0; passes.length < PASSES && performance.now() + took < end;) {
    const passStarted = performance.now();
    passes.push(await pass({ apply, count: passes[0].steps.length, least, end: Infinity }));
    took = performance.now() - passStarted;
  }
  const { difference } = passes[0];
  const steps = passes[0].steps.map((step, at) => ({ ...step, ms: median(passes.map((one) => one.steps[at].ms)) }));
  return { arrowBytes, loadMs, firstMs, steps, passes: passes.length, difference, ownMemory: ownMemory?.() };
};

/** Goes through the interactions once, from the beginning; with `rows`, says where a result first differs from the reference. */
async function pass({ apply, count, least, end, rows }) {
  await apply(START);
  const steps = [];
  let difference;
  for (const state of interactions(count, SEED)) {
    if (steps.length >= least && performance.now() > end) break;
    await breath();
    const before = performance.now();
    let result = apply(state);
    if (result instanceof Promise) result = await result;
    const ms = performance.now() - before;
    steps.push({ kind: state.kind, ms, checksum: checksum(result) });
    if (rows && !difference) difference = firstDifference(result, reference(rows, state), steps.length, state);
  }
  return { steps, difference };
}

const median = (times) => times.sort((a, b) => a - b)[(times.length - 1) >> 1];

/** Lets the browser do what it has put off. */
const breath = () => new Promise((resolve) => { setTimeout(resolve); });

/** FNV-1a over all numbers of a result. */
function checksum({ series, totals, breakdowns }) {
  let hash = 0x811c9dc5;
  for (const numbers of [series, totals, breakdowns]) {
    const scratch = new Float64Array(1);
    const words = new Uint32Array(scratch.buffer);
    for (let at = 0; at < numbers.length; at += 1) {
      // Zero has two signs.
      scratch[0] = numbers[at] + 0;
      hash = Math.imul(hash ^ words[0], 0x01000193);
      hash = Math.imul(hash ^ words[1], 0x01000193);
    }
  }
  return hash >>> 0;
}

/** Where a result first differs from what it should be, in words. */
function firstDifference(result, wanted, step, state) {
  for (const [part, numbers] of Object.entries(wanted)) {
    if (result[part].length !== numbers.length) return `interaction ${step}: ${part} has ${result[part].length} numbers, not ${numbers.length}`;
    const at = numbers.findIndex((number, index) => number !== result[part][index]);
    if (at >= 0) {
      return `interaction ${step} (${state.kind}, ${JSON.stringify(state)}): ${placed(part, at)} is ${result[part][at]}, not ${numbers[at]}`;
    }
  }
  return undefined;
}

function placed(part, at) {
  if (part === 'series') return `${MEASURES[Math.floor(at / DAYS)]} on day ${at % DAYS}`;
  if (part === 'totals') return `the total of ${MEASURES[at]}`;
  const value = at % VALUES;
  const d = DIMENSIONS.findIndex((_, dimension) => value < OFFSETS[dimension + 1]);
  return `${MEASURES[BROKEN_DOWN[Math.floor(at / VALUES)]]} by ${DIMENSIONS[d]}, value ${value - OFFSETS[d]},`;
}
