// Customers: the list behind a number adds up to it, can be searched and sorted, and leads to each customer's story.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exported } from '../lib/demo.mjs';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** What the list shows now; waits until there is one. */
const shown = (reader) => until('a list', async () => {
  const text = await reader.hook('customers').getAttribute('data-values');
  return text ? JSON.parse(text) : undefined;
});
/** Waits until the list shows what a test of its values says. */
const shows = (reader, what, is) => until(what, async () => {
  const text = await reader.hook('customers').getAttribute('data-values');
  return text && is(JSON.parse(text)) ? JSON.parse(text) : undefined;
});
const rows = (reader) => reader.hook('long-table').locator('tr.row');
const firstName = (reader) => rows(reader).first().locator('th').innerText();

for (const metric of ['mrr', 'net_new_mrr', 'active_customers', 'customer_churn_rate_monthly', 'arpa']) {
  test(`the tile ${metric} leads to who is behind it, and they add up to it`, async () => {
    const reader = await visit(browser);
    const value = reader.hook(`kpi-${metric}`).locator('a.kpi-value');
    const full = await value.getAttribute('data-value');
    await value.click();
    await shown(reader);
    assert.match(reader.address(), new RegExp(`^/customers\\?.*list=${metric}$`));
    assert.ok((await reader.hook('list-totals').innerText()).includes(full), full);
    await reader.leave();
  });
}

test('search, stages and order are in the address and survive a reload', async () => {
  const reader = await visit(browser, '/customers');
  const all = await shown(reader);
  await reader.hook('stage-active').click();
  const active = await shows(reader, 'fewer', (now) => now.listed < all.listed);
  assert.equal(active.mrr, all.mrr);
  await reader.hook('list-search').fill('group');
  await shows(reader, 'even fewer', (now) => now.listed < active.listed);
  await reader.hook('sort-name').click();
  await until('the order', async () => (await reader.page.locator('th[aria-sort="ascending"]').innerText()) === 'Name');
  const names = await rows(reader).locator('th').allInnerTexts();
  assert.ok(names.length > 1 && names.every((name) => /group/i.test(name)), names.join());
  const lower = names.map((name) => name.toLowerCase());
  assert.deepEqual(lower, [...lower].sort());
  const search = 'stage=active&q=group&sort=name';
  assert.equal(reader.address(), `/customers?${search}`);
  const before = await shown(reader);
  await reader.page.reload();
  assert.deepEqual(await shown(reader), before);
  await rows(reader).first().waitFor();
  assert.equal(await firstName(reader), names[0]);
  await reader.leave();
});

test('only the rows in view are on the page, and the last is reached by key', async () => {
  const reader = await visit(browser, '/customers');
  const { listed } = await shown(reader);
  const table = reader.hook('long-table');
  await rows(reader).first().waitFor();
  assert.equal(await table.locator('table').getAttribute('aria-rowcount'), String(listed + 1));
  assert.ok((await rows(reader).count()) < Math.min(listed, 80), 'too many rows');
  await table.focus();
  await reader.page.keyboard.press('End');
  await until('the last row', async () => (await rows(reader).last().getAttribute('aria-rowindex')) === String(listed + 1));
  assert.ok((await rows(reader).count()) < 80);
  await reader.leave();
});

test('a story opens and closes by keyboard, and traces a number to its record', async () => {
  const reader = await visit(browser, '/customers?stage=active');
  await shown(reader);
  await rows(reader).nth(1).waitFor();
  await rows(reader).first().locator('a').focus();
  await reader.page.keyboard.press('ArrowDown');
  const name = await rows(reader).nth(1).locator('th').innerText();
  await reader.page.keyboard.press('Enter');
  await reader.hook('story-lines').waitFor();
  assert.equal(await reader.hook('story-name').innerText(), name);
  assert.match(await reader.hook('story-lines').innerText(), /New customer: \+.+ MRR\s+sub_/);
  assert.match(await reader.hook('story-mrr').getAttribute('aria-label'), /^MRR from /);
  assert.match(reader.address(), /customer=/);
  await reader.page.keyboard.press('Escape');
  await reader.hook('story').waitFor({ state: 'detached' });
  assert.equal(reader.address(), '/customers?stage=active');
  assert.equal(await reader.page.evaluate(() => document.activeElement.textContent), name);
  await reader.leave();
});

test('numbers without a list say why, and lead to the list of all', async () => {
  const reader = await visit(browser, '/customers?list=first_reply_p50');
  assert.match(await reader.hook('no-list').innerText(), /percentile/i);
  await reader.hook('no-list').locator('button').click();
  await shown(reader);
  assert.equal(reader.address(), '/customers');
  await reader.leave();
});

test('names are text, whatever they are', async () => {
  const response = await fetch(`${base}/api/v1/snapshots/latest/customers.json`);
  const customers = await response.json();
  const victim = customers.find((one) => one.mrr > 0 && /^[ -~]{16,}$/.test(one.name)).name;
  const hostile = '<img onerror=x>'.padEnd(victim.length, '!');
  const reader = await visit(browser, '/definitions');
  await reader.page.route('**/customers.arrow', async (route) => {
    const answer = await route.fetch();
    const body = await answer.body();
    const at = body.indexOf(victim);
    assert.ok(at > 0);
    body.write(hostile, at);
    await route.fulfill({ response: answer, body });
  });
  await reader.page.goto(`${base}/customers?q=onerror`);
  await rows(reader).first().waitFor();
  assert.equal(await firstName(reader), hostile);
  await rows(reader).first().locator('a').click();
  await reader.hook('story-name').waitFor();
  assert.equal(await reader.hook('story-name').innerText(), hostile);
  assert.equal(await reader.page.locator('img').count(), 0);
  await reader.leave();
});

test('the file is what `tidemark export` gives for the address', { skip: process.env.DASHBOARD_DATA ? false : 'needs the binary' }, async () => {
  for (const query of ['?stage=churned&q=group&sort=name', '?range=90d&list=mrr_churn', '?list=customer_churn_rate&stage=active']) {
    const reader = await visit(browser, `/customers${query}`);
    await shown(reader);
    const [download] = await Promise.all([reader.page.waitForEvent('download'), reader.hook('csv-customers').click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    assert.equal(csv, await exported(reader.address()));
    await reader.leave();
  }
});
