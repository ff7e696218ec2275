// Measures how long a reader waits for the first chart of the overview: on a slow line with a slow processor, at the first visit
// and at later ones. Prints the medians and what was loaded; judges nothing.
//
//   node bench-load.mjs [RUNS]
//
// TIDEMARK_BIN   the binary to start a demo with; or
// DASHBOARD_URL  a dashboard that is running already
// CHROME         the browser; by default the first Chromium or Chrome on PATH
import { startDemo } from './lib/demo.mjs';
import { openBrowser } from './lib/reader.mjs';

const RUNS = Number(process.argv[2] ?? 5);
const MBIT = 1_000_000 / 8;
const LINE = { offline: false, latency: 40, downloadThroughput: 10 * MBIT, uploadThroughput: 10 * MBIT };
const SLOWER = 4;

const demo = process.env.DASHBOARD_URL ? undefined : await startDemo(process.env.TIDEMARK_BIN, []);
const site = demo?.url ?? process.env.DASHBOARD_URL;

/** Notes the moment in which the first chart has been painted: its canvas holds something, the page is shown, a frame has passed. */
function watch() {
  const drawn = (canvas) => {
    const { width, height } = canvas;
    if (!width || !height) return false;
    const { data } = canvas.getContext('2d').getImageData(0, Math.floor(height / 2), width, 1);
    return data.some((value) => value > 0);
  };
  const look = () => {
    const canvas = document.querySelector('[data-testid^="chart-"][data-values] canvas');
    if (canvas && document.documentElement.dataset.started && drawn(canvas)) {
      requestAnimationFrame(() => setTimeout(() => { window.firstChart = performance.now(); }));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens the overview in a context; gives the milliseconds until the first chart, and what had been loaded by then. */
async function visit(context, { line, slower }) {
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    if (line) await session.send('Network.emulateNetworkConditions', line);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.addInitScript(watch);
    await page.goto(`${site}/`, { waitUntil: 'commit' });
    await page.waitForFunction(() => window.firstChart, undefined, { timeout: 60_000, polling: 100 });
    return await page.evaluate(() => ({
      first: window.firstChart,
      loaded: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(({ name, startTime, responseStart, responseEnd, encodedBodySize, transferSize }) =>
          ({ name: new URL(name).pathname, startTime, responseStart, responseEnd, bytes: encodedBodySize, cached: transferSize === 0 }))
        .filter(({ responseEnd }) => responseEnd > 0 && responseEnd <= window.firstChart),
      measures: performance.getEntriesByType('measure').map(({ name, startTime, duration }) => [name, startTime, duration]),
    }));
  } finally {
    await page.close();
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const browser = await openBrowser();
try {
  for (const [what, conditions] of [
    ['10 Mbit/s, 40 ms, processor 4 times slower', { line: LINE, slower: SLOWER }],
    ['as this machine is', { slower: 1 }],
  ]) {
    const cold = [];
    const warm = [];
    for (let run = 0; run < RUNS; run += 1) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      cold.push(await visit(context, conditions));
      // The browser keeps compiled code from the second visit on.
      await visit(context, conditions);
      warm.push(await visit(context, conditions));
      await context.close();
    }
    for (const [name, visits] of [['first visit', cold], ['later visit', warm]]) {
      const times = visits.map(({ first }) => first);
      console.log(`${what}, ${name}: ${median(times).toFixed(0)} ms to the first chart (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}, ${RUNS} runs)`);
    }
    const { loaded, first, measures } = cold.find((visit) => visit.first === median(cold.map((one) => one.first)));
    const bytes = loaded.reduce((sum, one) => sum + one.bytes, 0);
    console.log(`  loaded by then at a first visit: ${bytes} bytes`);
    for (const { name, startTime, responseStart, responseEnd, bytes: size } of loaded) {
      console.log(`  ${startTime.toFixed(0).padStart(6)} ${responseStart.toFixed(0).padStart(6)} ${responseEnd.toFixed(0).padStart(6)} ms ${String(size).padStart(8)}  ${name}`);
    }
    for (const [name, start, duration] of measures) console.log(`  ${start.toFixed(0).padStart(6)} ${(start + duration).toFixed(0).padStart(6)} ms  ${name}`);
    console.log(`  ${first.toFixed(0).padStart(6)} ms first chart`);
  }
} finally {
  await browser.close();
  await demo?.stop();
}
