// A number is the same wherever it is read: tile, chart, table, CSV and API; later, elsewhere, in another time zone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';
import { settled } from '../lib/pages.mjs';

/** Flows of MRR that together are its net change. */
const FLOWS = ['mrr_new', 'mrr_reactivation', 'mrr_expansion', 'mrr_contraction', 'mrr_churn_voluntary', 'mrr_churn_involuntary', 'mrr_moved'];

let browser;
let manifest;
before(async () => {
  browser = await openBrowser();
  manifest = await (await fetch(`${base}/api/v1/manifest`)).json();
});
after(() => browser?.close());

/** Everything a page says in numbers: its tiles and what its charts were drawn from. */
async function numbers(reader) {
  await settled(reader);
  await reader.drawn('mrr');
  const charts = await reader.page.locator('[data-values]').evaluateAll((all) => all.map((one) => one.getAttribute('data-values')));
  return { tiles: await reader.tiles(), charts };
}

/** The units of money in a text such as `$1,234`. */
const amount = (text) => Number(/[$€£]\s?([\d,.]+)/.exec(text)[1].replaceAll(',', ''));

test('tile, table, CSV and published mart give one total, to the cent', async () => {
  const from = `${manifest.as_of.slice(0, 7)}-01`;
  const query = `?from=${from}&to=${manifest.as_of}&grain=day`;
  const reader = await visit(browser, `/${query}`, { locale: 'en-US' });
  await reader.drawn('mrr');

  const rows = await (await fetch(`${base}${manifest.marts.find((mart) => mart.name === 'lifecycle_daily').urls.json}`)).json();
  const cents = rows.reduce((sum, row) => sum + FLOWS.reduce((flow, name) => flow + row[name], 0), 0);

  const [download] = await Promise.all([reader.page.waitForEvent('download'), reader.hook('csv-mrr').click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split(/\r?\n/).map((line) => line.split(','));
  assert.equal(Number(lines.at(-1)[lines[0].indexOf('mrr')]), cents, 'CSV and mart');

  await reader.hook('table-mrr').click();
  const last = await until('the table', async () => (await reader.hook('chart-mrr').locator('tbody tr').allInnerTexts()).find((text) => /\$/.test(text)));
  const all = await reader.hook('chart-mrr').locator('tbody tr').allInnerTexts();
  const totals = all.filter((text) => /\$/.test(text)).map(amount);
  assert.ok(totals.includes(cents / 100), `table: ${last}`);
  const { mrr } = await reader.tiles();
  // A tile may be shortened to thousands: then it is the same number, shortened.
  const shown = /[$€£]\s?([\d.,]+)([KM]?)/.exec(mrr);
  const unit = { '': 1, K: 1e3, M: 1e6 }[shown[2]];
  const digits = (shown[1].split('.')[1] ?? '').length;
  const near = Math.abs(Number(shown[1].replaceAll(',', '')) * unit - cents / 100);
  assert.ok(near <= (unit / 10 ** digits) * 0.5 + 0.5, `tile ${mrr}, mart ${cents / 100}`);
  await reader.leave();
});

test('a link opened by somebody else shows the same numbers', async () => {
  const first = await visit(browser, '/?range=90d&grain=week');
  await first.drawn('mrr');
  await first.filter('region', 0);
  const mine = await numbers(first);
  const link = first.address();
  const other = await openBrowser();
  const second = await visit(other, link);
  assert.deepEqual(await numbers(second), mine);
  await second.leave();
  await other.close();

  // Pinned, the link says which snapshot, and shows the same again.
  await first.page.goto(`${base}${link}&snapshot=${manifest.snapshot_id}`);
  assert.deepEqual(await numbers(first), mine);
  await first.leave();
});

test('the same days and numbers stand in Kiritimati, Los Angeles and UTC', async () => {
  const read = async (timezoneId) => {
    const reader = await visit(browser, '/?range=90d&grain=day', { timezoneId, locale: 'en-US' });
    const found = { ...await numbers(reader), asOf: await reader.hook('as-of').innerText(), days: await reader.hook('days').innerText() };
    await reader.leave();
    return found;
  };
  const utc = await read('UTC');
  assert.match(utc.asOf, new RegExp(manifest.timezone.replace('/', '.')), 'the zone of the numbers is said');
  assert.deepEqual(await read('Pacific/Kiritimati'), utc);
  assert.deepEqual(await read('America/Los_Angeles'), utc);
});

test('typing a date is one step back at most, and nothing scrolls', async () => {
  const reader = await visit(browser);
  await reader.drawn('mrr');
  await reader.page.mouse.wheel(0, 500);
  await until('the page to scroll', async () => (await reader.page.evaluate(() => scrollY)) > 0);
  const steps = () => reader.page.evaluate(() => history.length);
  const top = () => reader.page.evaluate(() => scrollY);
  const [before, at] = [await steps(), await top()];
  await reader.hook('filter-plan').click();
  const search = reader.hook('search-plan');
  if (await search.count()) {
    await search.pressSequentially('nothing');
    await search.fill('');
  }
  await reader.page.keyboard.press('Escape');
  assert.equal(await steps(), before, 'a search is no step');
  await reader.hook('filter-plan').click();
  await reader.page.locator('[data-testid^="option-plan-"]').first().click();
  await reader.page.keyboard.press('Escape');
  await until('the filter', async () => /plan=/.test(reader.address()));
  assert.equal(await steps(), before + 1, 'a filter is one step');
  assert.ok(Math.abs((await top()) - at) <= 60, `scrolled from ${at} to ${await top()}`);
  await reader.leave();
});
