// The engine of the app, compiled as the app is.
import { BROKEN_DOWN, DAYS, MEASURES, VALUES } from '../shape.mjs';

let engine;
let memory;

export async function load(response) {
  // Not bundled: it is what wasm-bindgen and the optimiser made.
  const address = '/engine/tidemark_bench_client.js';
  const { default: init, Arriving } = await import(address);
  ({ memory } = await init());
  // The page knows it from the manifest.
  const [, rows] = /(\d+)\.arrow$/.exec(response.url);
  const arriving = new Arriving(Number(rows));
  for await (const bytes of response.body) arriving.push(bytes);
  engine = arriving.finish();
}

export function apply({ kept, from, to }) {
  engine.apply(Uint32Array.from(kept), from, to);
  const view = (at, length) => new Float64Array(memory.buffer, at, length);
  return {
    series: view(engine.series(), MEASURES.length * DAYS),
    totals: view(engine.totals(), MEASURES.length),
    breakdowns: view(engine.breakdowns(), BROKEN_DOWN.length * VALUES),
  };
}

/** Bytes of the program's own memory; it never shrinks, so this is the most there was. */
export const ownMemory = () => memory.buffer.byteLength;
