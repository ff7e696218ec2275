// How fast a click is answered: the page's own measure from the click to the painted charts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, until, visit } from '../lib/reader.mjs';

const AIM = 50;
// Far above the aim: a test machine may be busy, and only a real regression should stop a change.
const LIMIT = 250;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const measures = (reader) => reader.page.evaluate(() =>
  performance.getEntriesByName('tidemark:repaint').map((entry) => entry.duration));

test('a click is painted in time', async () => {
  const reader = await visit(browser);
  await reader.drawn('mrr');
  const first = (await measures(reader)).length;
  for (const range of ['range-90d', 'range-all', 'range-30d', 'range-12m', 'range-90d', 'range-all', 'range-30d', 'range-12m']) {
    const count = (await measures(reader)).length;
    await reader.hook(range).click();
    await until(`a repaint after ${range}`, async () => (await measures(reader)).length > count);
  }
  const times = (await measures(reader)).slice(first).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  console.log(`repaint: median ${median.toFixed(1)} ms, slowest ${times.at(-1).toFixed(1)} ms of ${times.length} (aim ${AIM} ms)`);
  assert.ok(median <= LIMIT, `median ${median} ms`);
  await reader.leave();
});
