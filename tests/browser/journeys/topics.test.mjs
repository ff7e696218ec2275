// Acquisition, churn and support: every metric is drawn, is the same in the export, and follows the filters.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exported } from '../lib/demo.mjs';
import { openBrowser, visit } from '../lib/reader.mjs';

const TOPICS = {
  '/acquisition': ['leads_created', 'win_rate', 'sales_cycle_median', 'trial_conversion_rate', 'mrr_new', 'cac'],
  '/churn': ['customer_churn_rate', 'customers_churned_voluntary', 'mrr_churn_involuntary'],
  '/support': ['tickets_created', 'ticket_backlog', 'first_reply_p90', 'csat', 'tickets_per_100_customers'],
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
      assert.ok(csv.trim().split('\n').length > 3, csv);
    }
    await reader.leave();
  });

  for (const [colorScheme, width] of [['light', 1440], ['dark', 375]]) {
    test(`${path} in ${colorScheme}, ${width} wide`, async () => {
      const reader = await visit(browser, path, { colorScheme, viewport: { width, height: 900 } });
      await reader.drawn(charts[0]);
      await reader.picture(`${path.slice(1)}-${colorScheme}-${width}`);
      const wide = await reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the screen`);
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
  await reader.drawn('tickets_created');
  await reader.page.unroute('**/support_daily.arrow');
  await failed.locator('[data-testid="retry"]').click();
  await reader.drawn('csat');
  // The browser reports the aborted request; nothing else may be wrong.
  reader.troubles = reader.troubles.filter((trouble) => !trouble.includes('ERR_FAILED'));
  await reader.leave();
});
