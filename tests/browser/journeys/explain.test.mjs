// Charts broken down by a dimension, and what changed and why: the parts are the whole, in the chart, its file and a link.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exported } from '../lib/demo.mjs';
import { openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const binary = { skip: process.env.DASHBOARD_DATA ? false : 'needs the binary' };

async function saved(reader, chart) {
  const [download] = await Promise.all([reader.page.waitForEvent('download'), reader.hook(`csv-${chart}`).click()]);
  return readFileSync(await download.path(), 'utf8');
}

test('a breakdown draws every value, and values that add up are the whole', async () => {
  const reader = await visit(browser, '/?compare=none');
  const whole = await reader.drawn('mrr');
  const moves = await reader.drawn('movements');
  await reader.hook('breakdown').selectOption('plan');
  const drawn = await reader.changed('mrr', whole);
  const net = JSON.parse(await reader.changed('movements', moves)).series;
  assert.match(reader.address(), /[?&]by=plan/);

  const parts = JSON.parse(drawn).series;
  const add = (series, at) => Object.values(series).reduce((sum, values) => sum + values[at], 0);
  const { start, end } = JSON.parse(moves).series;
  const { mrr } = JSON.parse(whole).series;
  assert.ok(Object.keys(parts).length > 1, drawn);
  mrr.forEach((value, at) => assert.equal(add(parts, at), value, `MRR of period ${at}`));
  end.forEach((value, at) => assert.equal(add(net, at), value - start[at], `net change of period ${at}`));

  const csv = (await saved(reader, 'mrr')).trim().split(/\r?\n/);
  assert.equal(csv[0], 'from,to,partial,plan,others,mrr');
  assert.equal(csv.length - 1, mrr.length * Object.keys(parts).length);

  const legend = reader.hook('chart-mrr').locator('.legend button').first();
  await legend.click();
  await until('the line to be off', async () => (await legend.getAttribute('aria-pressed')) === 'false');
  await reader.page.reload();
  await reader.shows('mrr', drawn);
  await reader.page.goBack();
  await reader.shows('mrr', whole);
  await reader.leave();
});

test('the files of broken-down and explained charts are those of the export', binary, async () => {
  const reader = await visit(browser, '/?range=90d&by=industry&explain=arpa');
  await reader.drawn('contributions');
  for (const chart of ['mrr', 'movements', 'customers', 'churn_rate', 'contributions']) {
    await reader.drawn(chart);
    assert.equal(await saved(reader, chart), await exported(`/?range=90d&by=industry&explain=arpa&chart=${chart}`), chart);
  }
  await reader.leave();
});

test('a change is told, taken apart without a rest, and a press on a group filters by it', async () => {
  const reader = await visit(browser, '/?range=90d&by=plan');
  const { before: was, after: is, parts } = JSON.parse(await reader.drawn('contributions'));
  assert.equal(parts.reduce((sum, part) => sum + part.contribution, 0), is - was);
  const { steps } = JSON.parse(await reader.drawn('bridge'));
  assert.equal(steps[0].value, was);
  assert.equal(steps.slice(0, -1).reduce((sum, step) => sum + step.value, 0), is);
  assert.equal(steps.at(-1).value, is);
  assert.match(await reader.hook('explanation').innerText(), /^MRR (grew|fell) by .+ came from plan /);

  const plot = reader.hook('plot-contributions');
  await plot.scrollIntoViewIfNeeded();
  const { x, y, width } = await plot.boundingBox();
  await reader.page.mouse.click(x + width * 0.6, y + 20);
  await reader.hook(`chip-plan-${parts[0].value}`).waitFor();
  await reader.leave();
});

test('another metric is another explanation, in the link too; without a comparison one is offered', async () => {
  const reader = await visit(browser, '/?range=90d');
  const mrr = await reader.drawn('contributions');
  await reader.hook('explain').selectOption('customer_churn_rate');
  const churn = JSON.parse(await until('the other metric', async () => {
    const text = await reader.hook('chart-contributions').getAttribute('data-values').catch(() => '');
    return text && text !== mrr ? text : undefined;
  }));
  assert.match(reader.address(), /[?&]explain=customer_churn_rate/);
  assert.equal(churn.metric, 'customer_churn_rate');
  assert.equal(await reader.hook('chart-bridge').count(), 0);
  for (const dimension of new Set(churn.parts.map((part) => part.dimension))) {
    const own = churn.parts.filter((part) => part.dimension === dimension);
    const sum = own.reduce((total, part) => total + part.contribution, 0);
    assert.ok(Math.abs(sum - (churn.after - churn.before)) < 1e-9, dimension);
  }
  await reader.hook('compare-none').click();
  await reader.hook('explain-compare').click();
  await reader.hook('explanation').waitFor();
  await reader.leave();
});
