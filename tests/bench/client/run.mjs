// Runs every contestant on every mart in a browser of its own, compares all results, prints a table for each mart.
//
// GENERATE             the program that writes marts (engine/src/bin/generate.rs)
// ENGINE               folder with the engine for the browser, as wasm-bindgen leaves it
// CHROME               the browser
// BENCH_ROWS           sizes of the marts; by default "100000 1000000 10000000"
// BENCH_PEERS          contestants beside ours; by default all
// TIDEMARK_BIN, PUBLISH  the binary, and what replaces a snapshot's mart (engine/src/bin/publish.rs): then the real page is measured, too
// BENCH_FILL           "sparse" as real marts are, by default, or "full"
// BENCH_JSON           a file for all figures
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { residentBytes } from './lib/memory.mjs';
import { measurePage, pageReport } from './lib/page.mjs';
import { ratios, spread, table } from './lib/report.mjs';
import { bundle, serve } from './lib/site.mjs';

const { GENERATE, ENGINE, CHROME, TIDEMARK_BIN: tidemark, PUBLISH: publish, BENCH_JSON: output } = process.env;
const sizes = (process.env.BENCH_ROWS ?? '100000 1000000 10000000').split(/\s+/).filter(Boolean).map(Number);
const peers = (process.env.BENCH_PEERS ?? 'cells scan crossfilter duckdb arquero').split(/\s+/).filter(Boolean);
const fill = process.env.BENCH_FILL ?? 'sparse';
const INTERACTIONS = 200;
const PAGE_ROWS = 1_000_000;
/** Interactions however slow a contestant is, and the time after which there are no more. */
const LEAST = 12;
const BUDGET_MS = 60_000;
/** Longest a contestant may take in all. */
const LIMIT_MS = 600_000;
/** At this size every number is compared with the reference; beyond, checksums with ours. */
const COMPARED = 100_000;

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const work = mkdtempSync(join(tmpdir(), 'tidemark-bench-client-'));
const report = { fill, interactions: INTERACTIONS, cores: cpus().length, loadBefore: loadavg()[0], sizes: [] };
console.log(`${report.cores} cores, ${report.loadBefore.toFixed(1)} programs waiting for them`);
const wrong = [];
let site;
try {
  await bundle(join(work, 'page'));
  const duckdb = fileURLToPath(new URL('node_modules/@duckdb/duckdb-wasm/dist', import.meta.url));
  site = await serve({ '': join(work, 'page'), marts: work, engine: ENGINE, duckdb });
  for (const rows of sizes) {
    const mart = join(work, `${rows}.arrow`);
    execFileSync(GENERATE, [String(rows), mart, fill], { stdio: 'inherit' });
    const results = [];
    // Ours is run before and after the others: what lies between the two is the machine's doing.
    for (const contestant of ['tidemark', ...peers, 'tidemark']) {
      console.error(`${rows} rows: ${contestant}`);
      results.push(await measured(contestant, rows));
    }
    rmSync(mart);
    judge(rows, results);
    console.log(`\n${table(rows, results)}`);
    report.sizes.push({ rows, results: results.map(({ steps, ...figures }) => ({ ...figures, interactions: steps?.length })) });
  }
  if (tidemark && publish) {
    console.error(`the page: ${PAGE_ROWS} rows`);
    report.page = await measurePage({ tidemark, publish, rows: PAGE_ROWS, chrome: CHROME, flags: FLAGS, work });
    console.log(`\n${pageReport(report.page)}`);
  }
} finally {
  await site?.stop();
  rmSync(work, { recursive: true, force: true });
}
if (output) writeFileSync(output, `${JSON.stringify(report, null, 2)}\n`);
for (const sentence of wrong) console.error(`bench-client: ${sentence}`);
process.exit(wrong.length > 0 ? 1 : 0);

/** What one contestant does in a fresh browser; `failed` says why it could not. */
async function measured(contestant, rows) {
  const browser = await chromium.launch({ executablePath: CHROME, args: FLAGS });
  try {
    const page = await browser.newPage();
    const troubles = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    const crashed = new Promise((_, reject) => { page.on('crash', () => reject(new Error('the page crashed: out of memory'))); });
    await page.goto(site.url);
    await page.waitForFunction(() => 'run' in globalThis);
    const order = {
      contestant, address: `/marts/${rows}.arrow`, count: INTERACTIONS, least: LEAST, budget: BUDGET_MS, compare: rows <= COMPARED,
    };
    const before = await residentBytes(browser, page);
    const running = page.evaluate((wanted) => globalThis.run(wanted), order);
    running.catch(() => {});
    const result = await Promise.race([running, crashed, late()]);
    if (troubles.length > 0) throw new Error(troubles[0]);
    const after = await residentBytes(browser, page);
    return { contestant, ...result, memory: after && after - before, spread: spread(result.steps) };
  } catch (error) {
    return { contestant, failed: error.message.split('\n')[0] };
  } finally {
    await browser.close();
  }
}

function late() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`not done after ${LIMIT_MS / 60_000} minutes`)), LIMIT_MS).unref();
  });
}

/** Every result must be the reference's, and every checksum ours; adds each contestant's ratio to ours. */
function judge(rows, results) {
  const ours = results[0];
  if (ours.failed) wrong.push(`${rows} rows: ours failed: ${ours.failed}`);
  for (const result of results) {
    if (result.difference) wrong.push(`${rows} rows, ${result.contestant}: ${result.difference}`);
    if (result.failed || ours.failed) continue;
    const at = result.steps.findIndex((step, index) => step.checksum !== ours.steps[index].checksum);
    if (at >= 0) wrong.push(`${rows} rows, ${result.contestant}: the result of interaction ${at + 1} is not ours`);
    if (result !== ours) result.ratio = ratios(result.steps, ours.steps);
  }
}
