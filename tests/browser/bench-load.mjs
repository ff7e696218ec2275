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
import { openBare } from './lib/bare.mjs';

const RUNS = Number(process.argv[2] ?? 5);
const MBIT = 1_000_000 / 8;
const LINE = { offline: false, latency: 40, downloadThroughput: 10 * MBIT, uploadThroughput: 10 * MBIT };
const SLOWER = 4;

const demo = process.env.DASHBOARD_URL ? undefined : await startDemo(process.env.TIDEMARK_BIN, []);
const site = demo?.url ?? process.env.DASHBOARD_URL;

/** Opens the overview in a tab; gives the milliseconds until the first chart was painted, and what had been loaded by then. */
async function visit(tabs, { line, slower }) {
  const tab = await tabs.open();
  try {
    await tab.send('Network.enable');
    if (line) await tab.send('Network.emulateNetworkConditions', line);
    await tab.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await tab.send('Page.navigate', { url: `${site}/` });
    await tab.until(() => performance.getEntriesByName('tidemark:first-chart').length > 0 && performance.getEntriesByName('tidemark:repaint').length > 0);
    return await tab.ask(() => {
      const [{ startTime: first }] = performance.getEntriesByName('tidemark:first-chart');
      return {
        first,
        loaded: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .map(({ name, startTime, responseStart, responseEnd, encodedBodySize }) =>
            ({ name: new URL(name).pathname, startTime, responseStart, responseEnd, bytes: encodedBodySize }))
          .filter(({ responseEnd }) => responseEnd > 0 && responseEnd <= first),
        measures: performance.getEntriesByType('measure').map(({ name, startTime, duration }) => [name, startTime, duration]),
      };
    });
  } finally {
    await tab.close();
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
      const tabs = await openBare(browser);
      cold.push(await visit(tabs, conditions));
      // The browser keeps compiled code from the second visit on.
      await visit(tabs, conditions);
      warm.push(await visit(tabs, conditions));
      await tabs.close();
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
