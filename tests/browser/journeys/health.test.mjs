// Where the numbers come from: sources, checks, identity and quarantine agree with the published report.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
let report;
let manifest;
before(async () => {
  browser = await openBrowser();
  report = await (await fetch(`${base}/api/v1/quality`)).json();
  manifest = await (await fetch(`${base}/api/v1/manifest`)).json();
});
after(() => browser?.close());

const written = (number) => number.toLocaleString('en-US');
const rows = (part) => part.locator('table tbody tr').count();

test('each source says its state, and its tables their age and volume', async () => {
  const reader = await visit(browser, '/health');
  for (const source of manifest.sources) {
    const line = reader.hook(`source-${source.name}`);
    const text = await line.innerText();
    if (source.status === 'not_connected') {
      assert.match(text, /not connected/);
      continue;
    }
    assert.ok(text.includes(`${written(source.rows)} record`), text);
    const own = report.tables.filter((table) => table.table.startsWith(`${source.name}__`));
    assert.equal(await rows(line), own.length);
    if (!(await line.evaluate((element) => element.open))) await line.locator('summary').click();
    const inside = await line.innerText();
    for (const { volume, freshness } of own) {
      if (volume) assert.ok(inside.includes(`${written(volume.last)} in ${volume.days} days`), inside);
      if (freshness?.warn_after_days) assert.ok(inside.includes(`within ${freshness.warn_after_days} days`), inside);
    }
  }
  await reader.leave();
});

test('checks that did not pass are listed, those that did can be looked up', async () => {
  const reader = await visit(browser, '/health');
  const passed = report.checks.filter((check) => check.outcome === 'pass').length;
  const noticed = report.findings.filter((finding) => finding.code !== 'quarantined').length;
  await reader.hook('checks').waitFor();
  assert.equal(await reader.hook('issue').count(), report.checks.length - passed + noticed);
  const fold = reader.hook('passed');
  assert.equal(await fold.locator('summary').innerText(), `${written(passed)} checks passed`);
  await fold.locator('summary').click();
  assert.equal(await rows(fold), passed);
  await reader.leave();
});

test('match rates are the published ones, and records without an account can be found', async () => {
  const reader = await visit(browser, '/health');
  await reader.hook('identity').waitFor();
  for (const { source, object, records } of report.identity.rates) {
    const text = await reader.hook(`rate-${source}-${object}`).innerText();
    assert.ok(text.includes(written(records)), text);
  }
  const list = reader.hook('unmatched');
  const all = report.identity.unmatched;
  assert.ok(all.length > 10, `the demo has records without an account: ${all.length}`);
  assert.equal(await rows(list), 10);
  await reader.hook('more-unmatched').click();
  await until('all records to be listed', async () => (await rows(list)) === all.length);
  const last = all.at(-1);
  await reader.hook('search-unmatched').fill(last.record_id.toUpperCase());
  await until('one record to be left', async () => (await rows(list)) === 1);
  assert.match(await list.innerText(), new RegExp(last.record_id));
  await reader.hook('search-unmatched').fill('no such record');
  await list.getByText('No record matches').waitFor();
  await reader.leave();
});

test('quarantine shows every object with its lines, or says that it is empty', async () => {
  const reader = await visit(browser, '/health');
  const text = await reader.hook('quarantine').innerText();
  const objects = report.findings.filter((finding) => finding.code === 'quarantined');
  if (objects.length === 0) assert.match(text, /Every record could be read/);
  for (const object of objects) {
    const fold = await reader.hook(`quarantine-${object.place}`).textContent();
    for (const line of object.samples) assert.ok(fold.includes(line), fold);
  }
  await reader.leave();
});

test('a report full of trouble is told in full, worst first', async () => {
  const reader = await visit(browser, '/definitions');
  await reader.hook('definition-mrr').waitFor();
  const trouble = {
    ...report,
    checks: [
      { ...report.checks[0], name: 'late', severity: 'warn', warn_if: '> 5', outcome: 'warn', failing: 7, message: '7 rows are odd' },
      {
        ...report.checks[1], name: 'twice', severity: 'error', outcome: 'fail', failing: 1204, message: 'customers has a key twice',
        samples: [{ customer_id: 'c1', plan: null }], kept: 'failing/twice.jsonl',
      },
    ],
    findings: [{
      code: 'quarantined', severity: 'warn', place: 'stripe invoices', message: '3 rows', count: 30,
      samples: ['stripe/invoices.jsonl:7: id is missing'],
    }],
  };
  await reader.page.route('**/api/v1/quality', (route) => route.fulfill({ json: trouble }));
  await reader.page.goto(`${base}/health`);
  await reader.hook('issue').first().waitFor();
  const issues = await reader.hook('issue').allInnerTexts();
  assert.equal(issues.length, 2);
  assert.match(issues[0], /error[\s\S]*Customers has a key twice[\s\S]*1,204 failing rows[\s\S]*stops publishing[\s\S]*failing\/twice\.jsonl/);
  assert.match(issues[1], /warning[\s\S]*7 rows are odd[\s\S]*warns if the number of failing rows is > 5/);
  await reader.hook('issue').first().locator('summary').click();
  assert.deepEqual(await reader.hook('issue').first().locator('tbody tr').allInnerTexts(), ['c1\t—']);
  const quarantine = await reader.hook('quarantine').innerText();
  assert.match(quarantine, /30 records/);
  assert.match(quarantine, /stripe\/invoices\.jsonl:7: id is missing/);
  assert.match(quarantine, /29 more in quarantine\.jsonl/);
  await reader.leave();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1440, 320]) {
    test(`it fits ${width} pixels, ${colorScheme}`, async () => {
      const reader = await visit(browser, '/health', { colorScheme, viewport: { width, height: 900 } });
      await reader.hook('marts').waitFor();
      await reader.picture(`health-${colorScheme}-${width}`);
      await reader.fits();
      await reader.leave();
    });
  }
}
