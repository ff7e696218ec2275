// What stands where numbers would be: loading keeps the room, failing offers another try, and nothing is not zero.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';
import { settled } from '../lib/pages.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** A page that is not open yet, so that its requests can be held or refused. */
async function prepared(options) {
  const reader = await visit(browser, '/nothing-here', options);
  await reader.hook('missing').waitFor();
  // What was expected here is no trouble.
  reader.troubles = [];
  return reader;
}

test('while numbers are loading their room is kept, and what was shown stays until the new is there', async () => {
  const reader = await prepared();
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await reader.page.route('**/lifecycle_daily.arrow', async (route) => { await held; await route.continue(); });
  await reader.page.goto(`${base}/`);
  await until('skeletons', async () => (await reader.page.locator('main .skeleton').count()) > 0);
  await reader.picture('state-loading');
  assert.equal(await reader.hook('error').count(), 0);
  release();
  await reader.drawn('mrr');
  await settled(reader);
  await reader.leave();
});

for (const [what, pattern] of [['manifest', '**/api/v1/manifest'], ['daily flows', '**/lifecycle_daily.arrow']]) {
  test(`without the ${what} the page says what failed, and another try shows the numbers`, async () => {
    const reader = await prepared();
    await reader.page.route(pattern, (route) => route.fulfill({
      status: 503, contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'The disk is being changed.' }),
    }));
    await reader.page.goto(`${base}/`);
    const failed = reader.hook('error').first();
    await failed.waitFor();
    assert.match(await failed.innerText(), /The disk is being changed/);
    assert.equal(await failed.getAttribute('role'), 'alert');
    await reader.picture(`state-failed-${what.replace(' ', '-')}`);
    await reader.page.unroute(pattern);
    await reader.hook('retry').first().click();
    await reader.drawn('mrr');
    assert.equal(await reader.hook('error').count(), 0);
    await reader.leave(/503/);
  });
}

test('offline, a page that is not loaded says so in words', async () => {
  const reader = await prepared();
  await reader.page.route('**/*.wasm', (route) => route.abort());
  await reader.page.goto(`${base}/`);
  await until('a message', async () => (await reader.page.locator('#boot-message').innerText()).length > 20);
  await reader.leave(/ERR_FAILED|uncaught|console/);
});

test('without the chart library the numbers are there, and the charts come with the next change', async () => {
  const reader = await prepared();
  const pattern = '**/library-*.js';
  await reader.page.route(pattern, (route) => route.abort());
  await reader.page.goto(`${base}/`);
  await reader.hook('kpi-mrr').locator('.kpi-value').waitFor();
  await reader.hook('plot-movements').waitFor();
  assert.equal(await reader.page.locator('.plot canvas').count(), 0);
  await reader.page.unroute(pattern);
  await reader.hook('range-90d').click();
  await reader.hook('plot-mrr').locator('canvas').waitFor();
  await reader.leave(/ERR_FAILED|charts are missing|library-/);
});

test('filters that nothing matches offer to clear them, and nothing is not zero', async () => {
  const rows = await (await fetch(`${base}/api/v1/snapshots/latest/lifecycle_daily.json`)).json();
  const names = ['plan', 'region', 'industry', 'company_size'];
  const there = new Set(rows.map((row) => names.map((name) => row[name]).join('|')));
  const values = names.map((name) => [...new Set(rows.map((row) => row[name]))]);
  const combine = (lists) => lists.reduce((all, list) => all.flatMap((some) => list.map((one) => [...some, one])), [[]]);
  const empty = combine(values).find((some) => !there.has(some.join('|')));
  assert.ok(empty, 'some combination is of nobody');
  const query = names.map((name, at) => `${name}=${encodeURIComponent(empty[at])}`).join('&');
  const reader = await visit(browser, `/?${query}`);
  await settled(reader);
  const state = reader.hook('empty').first();
  await state.waitFor();
  await reader.picture('state-empty');
  for (const [metric, text] of Object.entries(await reader.tiles())) {
    // A rate of nobody has no value; it is no 0 %.
    assert.doesNotMatch(text, /(^|\s)0(\.0)?\s?%/, `tile ${metric}: ${text}`);
  }
  await state.getByRole('button', { name: 'Clear filters' }).click();
  await reader.drawn('mrr');
  assert.equal(reader.address(), '/');
  await reader.leave();
});

test('what a filter cannot be applied to has no value, and says so', async () => {
  const reader = await visit(browser, '/acquisition?range=12m');
  const all = JSON.parse(await reader.drawn('cac'));
  assert.ok(JSON.stringify(all).match(/\d/), 'there is a cost per customer');
  await reader.filter('plan', 0);
  // Spend is known by channel alone: under a plan there is no cost, not a cost of zero.
  await until('no value', async () => {
    const text = await reader.hook('chart-cac').innerText();
    return /no data|no value|not |—/i.test(text);
  });
  assert.doesNotMatch(await reader.hook('chart-cac').innerText(), /\$0(\D|$)/);
  await reader.leave();
});
