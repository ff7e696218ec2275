// Where a number comes from: the graph and its list say what the project says, by mouse, by keyboard and by link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
let lineage;
before(async () => {
  browser = await openBrowser();
  lineage = await (await fetch(`${base}/api/v1/lineage`)).json();
});
after(() => browser?.close());

const feeders = (name) => lineage.edges.filter((edge) => edge.to === name).map((edge) => edge.from).sort();
const hash = (reader) => new URL(reader.page.url()).hash;

test('every table is in the graph and in the list, and the chosen one tells its story', async () => {
  const reader = await visit(browser, '/health');
  await reader.hook('node-model-lifecycle_daily').waitFor();
  const boxes = await reader.page.locator('[data-testid^="node-model-"]').evaluateAll((all) => all.map((one) => one.dataset.testid.slice('node-model-'.length)));
  assert.deepEqual(boxes.toSorted(), lineage.nodes.map((node) => node.name).toSorted());

  await reader.hook('node-model-lifecycle_daily').click();
  await until('the choice in the address', async () => hash(reader) === '#model-lifecycle_daily');
  const story = await reader.hook('lineage-story').innerText();
  for (const name of feeders('lifecycle_daily')) assert.ok(story.includes(name), story);
  assert.match(story, /\d+ checks? passed/);
  const pale = await reader.page.locator('.node.pale').count();
  const [, before_, after_] = /(\d+) upstream, (\d+) downstream/.exec(await reader.hook('lineage-counts').innerText()).map(Number);
  const all = await reader.page.locator('.node').count();
  assert.equal(all - pale, 1 + before_ + after_);
  await reader.picture('lineage-chosen');

  await reader.hook('lineage-alone').click();
  await until('only its family', async () => (await reader.page.locator('.node').count()) === 1 + before_ + after_);
  await reader.hook('lineage-list').click();
  await reader.hook('lineage-table').waitFor();
  assert.equal(await reader.hook('lineage-table').locator('tbody tr').count(), 1 + before_ + after_);
  await reader.page.keyboard.press('Escape');
  await until('no choice', async () => hash(reader) === '');
  await reader.leave();
});

test('arrows walk along the lines, Enter chooses, Escape lets go', async () => {
  const reader = await visit(browser, '/health');
  const first = reader.page.locator('.node[tabindex="0"]');
  await first.waitFor();
  await first.focus();
  await reader.page.keyboard.press('ArrowRight');
  const focused = () => reader.page.evaluate(() => document.activeElement.dataset.testid ?? '');
  const at = await focused();
  assert.match(at, /^node-model-/);
  await reader.page.keyboard.press('Enter');
  await until('the choice', async () => hash(reader) === at.replace('node-', '#'));
  assert.equal(await focused(), at, 'the focus stays on the box');
  await reader.page.keyboard.press('Escape');
  await until('no choice', async () => hash(reader) === '');
  await reader.leave();
});

test('a search finds tables and metrics, and a definition leads to its lineage', async () => {
  const reader = await visit(browser, '/definitions?range=90d#nrr');
  await reader.hook('lineage-of-nrr').click();
  await until('the lineage', async () => hash(reader) === '#metric-nrr');
  assert.match(reader.address(), /^\/health\?range=90d/);
  await until('the story', async () => /retention_12m/.test(await reader.hook('lineage-story').innerText()));
  await reader.hook('search-lineage').fill('invoice_lines');
  const found = reader.hook('lineage-found').locator('a');
  assert.deepEqual((await found.allInnerTexts()).toSorted(), lineage.nodes.map((n) => n.name).filter((n) => n.includes('invoice_lines')).toSorted());
  await found.first().click();
  await until('another choice', async () => /invoice_lines/.test(hash(reader)));
  await reader.hook('search-lineage').fill('no such table');
  await until('nothing', async () => /No table or metric has this name/.test(await reader.hook('lineage-found').innerText()));
  await reader.leave();
});

test('without a graph or a list the rest of the page stands', async () => {
  const reader = await visit(browser, '/nothing-here');
  reader.troubles = [];
  await reader.page.route(/\/api\/v1\/(lineage|snapshots|runs)$/, (route) => route.fulfill({ status: 404, body: '' }));
  await reader.page.goto(`${base}/health`);
  await reader.hook('no-lineage').waitFor();
  await until('what is missing to be said', async () => /Couldn't load the list of snapshots/.test(await reader.hook('snapshots').innerText()));
  await reader.hook('marts').waitFor();
  await reader.leave(/404/);
});

test('the kept snapshots are listed, and one opens pinned', async () => {
  const snapshots = await (await fetch(`${base}/api/v1/snapshots`)).json();
  const reader = await visit(browser, '/health?range=90d');
  const list = reader.hook('snapshots');
  await list.locator('tbody tr').first().waitFor();
  assert.equal(await list.locator('table').first().locator('tbody tr').count(), snapshots.length);
  assert.match(await list.innerText(), /latest, shown here/);
  await list.getByRole('link', { name: /pinned/ }).first().click();
  await until('the pin', async () => reader.address().includes(`snapshot=${snapshots[0].snapshot_id}`));
  assert.match(reader.address(), /^\/\?range=90d/);
  await reader.drawn('mrr');
  await reader.leave();
});
