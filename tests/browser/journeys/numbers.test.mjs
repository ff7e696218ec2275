// The same number everywhere: the chart, its CSV, `tidemark export`, and the mart that the API publishes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exported } from '../lib/demo.mjs';
import { base, openBrowser, visit } from '../lib/reader.mjs';

const MRR_FLOWS = [
  'mrr_new', 'mrr_reactivation', 'mrr_expansion', 'mrr_contraction', 'mrr_churn_voluntary', 'mrr_churn_involuntary', 'mrr_moved',
];

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** The CSV that a chart's button saves. */
async function saved(reader, chart) {
  const [download] = await Promise.all([reader.page.waitForEvent('download'), reader.hook(`csv-${chart}`).click()]);
  assert.match(download.suggestedFilename(), /\.csv$/);
  return readFileSync(await download.path(), 'utf8');
}

/** Header and cells of a CSV without quoted cells, as charts of numbers are. */
function cells(csv) {
  assert.ok(!csv.includes('"'), csv);
  return csv.trim().split(/\r?\n/).map((line) => line.split(','));
}

/** MRR at the end of the data, in cents, from the published mart. */
async function mrrOfMart(plan) {
  const response = await fetch(`${base}/api/v1/snapshots/latest/lifecycle_daily.json`);
  assert.equal(response.status, 200);
  const rows = await response.json();
  const chosen = rows.filter((row) => plan === undefined || row.plan === plan);
  return chosen.reduce((sum, row) => sum + MRR_FLOWS.reduce((flow, column) => flow + row[column], 0), 0);
}

for (const filtered of [false, true]) {
  const name = filtered ? 'with a filter' : 'over everything';
  test(`chart, CSV, export and mart agree ${name}`, { skip: process.env.DASHBOARD_DATA ? false : 'needs the binary' }, async () => {
    const reader = await visit(browser);
    const all = await reader.drawn('mrr');
    const plan = filtered ? await reader.filter('plan', 0) : undefined;
    if (filtered) await reader.changed('mrr', all);

    const csv = await saved(reader, 'mrr');
    // The query as it stands in the address bar, byte for byte.
    const { search } = new URL(reader.page.url());
    assert.equal(csv, await exported(`/${search}${search ? '&' : '?'}chart=mrr`));

    const [header, ...rows] = cells(csv);
    const column = header.indexOf('mrr');
    assert.ok(column > 0, `columns: ${header}`);
    assert.equal(Number(rows.at(-1)[column]), await mrrOfMart(plan));
    await reader.leave();
  });
}
