// The first look: the overview opens, says how fresh it is, and its tiles and charts are there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { settled } from '../lib/pages.mjs';
import { base, openBrowser, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

test('the overview shows tiles, charts and the date of its data', async () => {
  const reader = await visit(browser);
  await reader.drawn('mrr');
  const tiles = await reader.tiles();
  assert.ok(Object.keys(tiles).length >= 4, `tiles: ${Object.keys(tiles)}`);
  assert.ok('mrr' in tiles, `tiles: ${Object.keys(tiles)}`);
  for (const [metric, text] of Object.entries(tiles)) {
    assert.doesNotMatch(text, /NaN|Infinity|undefined|null/, `tile ${metric}: ${text}`);
  }
  assert.match(tiles.mrr, /\d/);

  const manifest = await (await fetch(`${base}/api/v1/manifest`)).json();
  const year = manifest.as_of.slice(0, 4);
  assert.match(await reader.hook('as-of').innerText(), new RegExp(year));
  assert.match(await reader.page.title(), /Tidemark/i);
  await reader.leave();
});

test('once loaded, a filter asks the server for nothing', async () => {
  const reader = await visit(browser);
  const before = await reader.drawn('mrr');
  await settled(reader);
  const asked = [];
  reader.page.on('request', (request) => asked.push(request.url()));
  await reader.filter('plan', 0);
  await reader.changed('mrr', before);
  assert.deepEqual(asked.filter((url) => url.includes('/api/')), []);
  await reader.leave();
});

test('every chart has its table and each table has rows', async () => {
  const reader = await visit(browser);
  await reader.drawn('mrr');
  await settled(reader);
  const names = await reader.page.locator('[data-testid^="table-"]').evaluateAll((all) => all.map((one) => one.dataset.testid));
  assert.ok(names.length >= 3, `tables: ${names}`);
  for (const name of names) {
    await reader.hook(name).click();
    const chart = reader.hook(name.replace('table-', 'chart-'));
    await chart.locator('table tbody tr').first().waitFor();
  }
  await reader.leave();
});
