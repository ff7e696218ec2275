// The pages on topics: every chart is drawn, is the same in the export, and follows the filters; what a stranger could
// misread is told.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exported } from '../lib/demo.mjs';
import { openBrowser, visit } from '../lib/reader.mjs';

const TOPICS = {
  '/': ['stages', 'stage_flows'],
  '/acquisition': ['funnel', 'acquisition_by', 'pipeline', 'win_rates', 'trials', 'trial_conversion_rate', 'sales_cycle', 'cac'],
  '/retention': ['retention_curves', 'year_retention', 'mrr_reactivation'],
  '/churn': ['churn_rates', 'churned_mrr', 'churn_reasons', 'scheduled_churn', 'churn_segments'],
  '/support': ['support', 'ticket_backlog', 'full_resolution', 'csat', 'tickets_by_priority', 'tickets_and_churn'],
};

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

for (const [path, charts] of Object.entries(TOPICS)) {
  test(`${path}: charts, CSV and export agree`, { skip: process.env.DASHBOARD_DATA ? false : 'needs the binary' }, async () => {
    const reader = await visit(browser, `${path}?range=12m`);
    const all = await reader.drawn(charts[0]);
    await reader.filter('region', 0);
    await reader.changed(charts[0], all);
    const { search } = new URL(reader.page.url());
    for (const chart of charts) {
      await reader.drawn(chart);
      const [download] = await Promise.all([reader.page.waitForEvent('download'), reader.hook(`csv-${chart}`).click()]);
      const csv = readFileSync(await download.path(), 'utf8');
      assert.equal(csv, await exported(`/${search}&chart=${chart}`), chart);
      // In a small company it may be that nobody of one region is set to leave.
      if (chart !== 'scheduled_churn') assert.ok(csv.trim().split('\n').length > 1, csv);
    }
    await reader.leave();
  });

  for (const [colorScheme, width] of [['light', 1440], ['dark', 320]]) {
    test(`${path} in ${colorScheme}, ${width} wide`, async () => {
      const reader = await visit(browser, path, { colorScheme, viewport: { width, height: 900 } });
      await reader.drawn(charts[0]);
      for (const chart of charts) await reader.drawn(chart);
      await reader.picture(`${path.slice(1) || 'overview'}-${colorScheme}-${width}`);
      await reader.fits();
      await reader.leave();
    });
  }
}

test('a mart that cannot be loaded fails its charts only, and can be tried again', async () => {
  const reader = await visit(browser, '/definitions');
  await reader.hook('definition-mrr').waitFor();
  await reader.page.route('**/support_daily.arrow', (route) => route.abort());
  await reader.page.locator('a[href^="/support"]').first().click();
  const failed = reader.hook('chart-csat').locator('[data-testid="error"]');
  await failed.waitFor();
  // Made of the daily flows, which are here.
  await reader.drawn('tickets_per_100_customers');
  await reader.page.unroute('**/support_daily.arrow');
  await failed.locator('[data-testid="retry"]').click();
  await reader.drawn('csat');
  // The browser reports the aborted request; nothing else may be wrong.
  reader.troubles = reader.troubles.filter((trouble) => !trouble.includes('ERR_FAILED'));
  await reader.leave();
});

test('moves between stages can be read one by one from the keyboard, and add up to what the table says', async () => {
  const reader = await visit(browser, '/');
  const { flows } = JSON.parse(await reader.drawn('stage_flows'));
  assert.ok(flows.every(({ from, to }) => from !== 'moved' && to !== 'moved'));
  await reader.hook('plot-stage_flows').focus();
  await reader.page.keyboard.press('ArrowRight');
  assert.match(await reader.hook('chart-stage_flows').locator('.tip').innerText(), /→/);
  await reader.page.keyboard.press('Escape');
  await reader.hook('table-stage_flows').click();
  const rows = await reader.hook('chart-stage_flows').locator('tbody tr').count();
  assert.equal(rows, flows.length);
  await reader.leave();
});

test('segments with few customers stand last and say so, and a press leaves one of them', async () => {
  const reader = await visit(browser, '/churn?range=30d');
  const before = await reader.drawn('churn_rates');
  const segments = JSON.parse(await reader.drawn('churn_segments'));
  const few = segments.map((segment) => segment.few_customers);
  assert.deepEqual(few, [...few].sort((a, b) => Number(a) - Number(b)));
  const cautions = await reader.hook('chart-churn_segments').locator('.caution').allInnerTexts();
  assert.deepEqual(cautions.map((text) => text !== ''), few);
  const first = reader.hook('chart-churn_segments').locator('tbody button').first();
  const value = await first.innerText();
  await first.click();
  await reader.changed('churn_rates', before);
  assert.match(decodeURIComponent(reader.address()), new RegExp(`${segments[0].dimension}=${value}`, 'i'));
  await reader.leave();
});

test('churn by tickets is told as going with them, not as caused by them', async () => {
  const reader = await visit(browser, '/support');
  await reader.drawn('tickets_and_churn');
  const note = await reader.hook('chart-tickets_and_churn').locator('.chart-note').innerText();
  assert.match(note, /This is a correlation; it does not show the cause/);
  await reader.leave();
});

test('a chart that cannot follow a filter says so in place of a blank, and lifts that filter alone', async () => {
  const reader = await visit(browser, '/acquisition?plan=Pro&region=DACH');
  const blind = reader.hook('chart-funnel').locator('[data-testid="cannot-follow"]');
  await blind.waitFor();
  assert.match(await blind.innerText(), /cannot be filtered by plan/);
  await blind.locator('button').click();
  await reader.hook('plot-funnel').waitFor();
  assert.equal(reader.address(), '/acquisition?region=DACH');
  await reader.leave();
});
