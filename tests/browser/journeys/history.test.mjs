// Every published day can be opened again, and what was said otherwise then is told, with the cause and the customers.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { settled } from '../lib/pages.mjs';
import { openBrowser, until, visit } from '../lib/reader.mjs';
import { served } from '../lib/served.mjs';

let browser;
let site;
let told;
/** The customer whose records the first day did not have yet. */
let late;

before(async () => {
  browser = await openBrowser();
  site = await served(process.env.TIDEMARK_BIN, () => {}, (raw) => {
    const lines = (object) => gunzipSync(readFileSync(join(raw, 'stripe', `${object}.jsonl.gz`))).toString().trim().split('\n').map((line) => JSON.parse(line));
    // Whoever is billed most often has a history to restate.
    const bills = new Map();
    for (const { customer } of lines('invoices')) bills.set(customer, (bills.get(customer) ?? 0) + 1);
    [late] = [...bills].sort((a, b) => b[1] - a[1])[0];
    for (const object of ['invoices', 'subscriptions']) {
      const known = lines(object).filter((one) => one.customer !== late);
      rmSync(join(raw, 'stripe', `${object}.jsonl.gz`));
      writeFileSync(join(raw, 'stripe', `${object}.jsonl`), known.map((one) => `${JSON.stringify(one)}\n`).join(''));
    }
  });
  told = await site.asked('snapshots', 'diff', '2026-10-30', '2026-10-31');
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

const open = (path, options = {}) => visit(browser, path, { locale: 'en-US', ...options }, site.url);

test('the page tells what the command line tells: the sentence, the months, the metrics', async () => {
  const reader = await open('/history');
  await settled(reader);
  const sentence = await reader.hook('restated').locator('.section-head p').innerText();
  assert.equal(sentence, told.sentence);
  assert.match(sentence, /came late/);
  assert.ok(told.restated.some((one) => one.metric === 'mrr' && one.carried), 'MRR carries what changed');
  const months = [...new Set(told.restated.filter((one) => !one.carried).map((one) => one.month))];
  assert.ok(months.length > 0);
  for (const month of months) {
    const fold = reader.hook(`history-${month}`);
    const rows = await fold.locator('table').first().locator('tbody tr').count();
    assert.equal(rows, told.restated.filter((one) => one.month === month).length, month);
  }
  await reader.leave();
});

test('from a month to the customer whose records came late', async () => {
  const reader = await open('/history');
  await settled(reader);
  const fold = reader.page.locator('details.fold[open]').first();
  const name = fold.locator('table').nth(1).locator('tbody th a').first();
  const who = await name.innerText();
  await name.click();
  await reader.page.waitForURL((url) => url.pathname === '/customers' && url.searchParams.has('customer'));
  await until('the story', async () => (await reader.page.locator('main').innerText()).includes(who));
  await reader.leave();
});

test('a day is chosen in the header, pinned and told; Back and the latest lead out of it', async () => {
  const reader = await open('/');
  await reader.drawn('mrr');
  await reader.hook('as-of').click();
  await reader.hook('day-choice').waitFor();
  assert.equal(await reader.hook('day-choice').locator('option').count(), 2);
  await reader.hook('day-choice').selectOption(told.before.snapshot_id);
  await reader.hook('notice-pinned').waitFor();
  assert.equal(new URL(reader.page.url()).searchParams.get('snapshot'), told.before.snapshot_id);
  await until('the day of then', async () => /Oct 30, 2026/.test(await reader.hook('as-of').innerText()));
  await reader.hook('unpin').click();
  await until('the latest day', async () => /Oct 31, 2026/.test(await reader.hook('as-of').innerText()));
  await reader.leave();
});

test('the link holds what is compared; the same two tell that nothing was restated', async () => {
  const reader = await open(`/history?against=${told.after.snapshot_id}`);
  await settled(reader);
  assert.match(await reader.hook('restated').innerText(), /Nothing was restated/);
  await reader.hook('history-against').selectOption(told.before.snapshot_id);
  await until('the other day', async () => /came late/.test(await reader.hook('restated').innerText()));
  assert.equal(new URL(reader.page.url()).searchParams.get('against'), told.before.snapshot_id);
  await reader.page.goBack();
  await until('what was told first', async () => /Nothing was restated/.test(await reader.hook('restated').innerText()));
  await reader.leave();
});

test('a day that is no longer kept is told with the way on', async () => {
  const reader = await open(`/?snapshot=${'0'.repeat(32)}`);
  await until('the message', async () => /retention/.test(await reader.page.locator('main').innerText()));
  await reader.leave(/404/);
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1440, 320]) {
    test(`it fits ${width} pixels, ${colorScheme}`, async () => {
      const reader = await open('/history', { colorScheme, viewport: { width, height: 900 } });
      await settled(reader);
      await reader.picture(`history-${colorScheme}-${width}`);
      await reader.fits();
      await reader.leave();
    });
  }
}
