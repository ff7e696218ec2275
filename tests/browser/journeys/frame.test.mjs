// The frame around every page: a pin, filters on a phone and on paper, the first paint, and what is said when it fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { settled } from '../lib/pages.mjs';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';

let browser, manifest;
before(async () => {
  browser = await openBrowser();
  manifest = await (await fetch(`${base}/api/v1/manifest`)).json();
});
after(() => browser?.close());


test('a pin puts the snapshot into the link, says so, keeps the numbers, and leads back to the latest', async () => {
  const reader = await visit(browser, '/?range=30d');
  const latest = await reader.drawn('mrr');
  await reader.hook('pin').click();
  await reader.hook('notice-pinned').waitFor();
  assert.equal(new URL(reader.page.url()).searchParams.get('snapshot'), manifest.snapshot_id);
  assert.equal(new URL(reader.page.url()).searchParams.get('range'), '30d');
  const again = await visit(browser, reader.address());
  await again.shows('mrr', latest);
  await again.hook('unpin').click();
  await again.hook('notice-pinned').waitFor({ state: 'detached' });
  assert.equal(again.address(), '/?range=30d');
  await again.leave();
  await reader.leave();
});

test('what a reader opened stays open when another snapshot has come', async () => {
  const reader = await visit(browser);
  await settled(reader);
  await reader.hook('table-movements').click();
  await reader.hook('chart-movements').locator('table').waitFor();
  // The last that is loaded of a snapshot.
  const whole = reader.page.waitForResponse(/annotations\.arrow/);
  await reader.hook('pin').click();
  await whole;
  await settled(reader);
  assert.equal(await reader.hook('table-movements').getAttribute('aria-pressed'), 'true');
  await reader.leave();
});

test('while another snapshot loads, the old numbers stay, dimmed', async () => {
  const reader = await visit(browser);
  const latest = await reader.drawn('mrr');
  let go;
  const gate = new Promise((resolve) => { go = resolve; });
  await reader.page.route(`**/snapshots/${manifest.snapshot_id}/manifest`, async (route) => { await gate; await route.continue(); });
  await reader.hook('pin').click();
  await reader.page.locator('html[data-refreshing]').waitFor();
  assert.equal(await reader.valuesText('mrr'), latest);
  go();
  await reader.page.locator('html:not([data-refreshing])').waitFor();
  await reader.shows('mrr', latest);
  await reader.leave();
});

test('a snapshot that cannot be had is said, and can be asked for again', async () => {
  const reader = await visit(browser, '/?snapshot=00000000');
  await reader.hook('error').first().waitFor();
  await reader.hook('unpin').click();
  await reader.drawn('mrr');
  await reader.leave(/404/);
});

test('the date of the data tells how old each source is', async () => {
  const reader = await visit(browser);
  await reader.drawn('mrr');
  await reader.hook('as-of').click();
  // Its content is made when it opens.
  const panel = await until('the panel', () => reader.page.locator('.facts-panel').innerText());
  assert.ok(panel.includes(manifest.timezone), panel);
  for (const source of manifest.sources.filter((one) => one.status !== 'not_connected')) {
    assert.ok(panel.toLowerCase().includes(source.name), `${source.name} in ${panel}`);
  }
  await reader.leave();
});

test('a menu finds values, takes all that were found, or one alone', async () => {
  const reader = await visit(browser);
  await reader.drawn('mrr');
  await reader.hook('filter-industry').click();
  await reader.hook('search-industry').fill('s');
  const found = await reader.page.locator('[data-testid^="option-industry-"]').count();
  assert.ok(found > 1);
  await reader.hook('all-industry').click();
  await until('all that were found', async () => (await reader.page.locator('[data-testid^="option-industry-"]:checked').count()) === found);
  await reader.page.locator('.option').first().hover();
  await reader.page.locator('.option .only').first().click();
  await until('one alone', async () => new URL(reader.page.url()).searchParams.get('industry')?.includes(',') === false);
  assert.equal(await reader.page.locator('.chip').count(), 1);
  await reader.leave();
});

test('on a phone all filters are one sheet, and the bar leaves two thirds of the screen', async () => {
  const reader = await visit(browser, '/', { viewport: { width: 375, height: 667 }, hasTouch: true });
  const all = await reader.drawn('mrr');
  await reader.hook('filters').click();
  const plan = await reader.filter('plan', 0).catch(() => undefined);
  assert.ok(plan);
  await reader.changed('mrr', all);
  const bar = await reader.page.locator('.filterbar').evaluate((element) => element.offsetHeight);
  assert.ok(bar < 667 / 3, `${bar} px`);
  await reader.leave();
});

for (const width of [320, 2560, 3840]) {
  test(`nothing is wider than a screen of ${width}`, async () => {
    const reader = await visit(browser, '/', { viewport: { width, height: 800 } });
    await reader.drawn('mrr');
    await reader.fits();
    await reader.leave();
  });
}

test('paper shows filters, date and all charts in light colours, and no controls', async () => {
  const reader = await visit(browser, '/?plan=Pro', { colorScheme: 'dark' });
  await reader.drawn('mrr');
  // With its lower half, whose charts are drawn once their part of the chart library is there.
  await settled(reader);
  await reader.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const head = await reader.hook('print-head').innerText();
  assert.match(head, /Plan: Pro/);
  assert.ok(head.includes(manifest.snapshot_id));
  assert.equal(await reader.page.locator('button:visible, select:visible, summary:visible').count(), await reader.page.locator('.legend button:visible').count());
  const surface = await reader.page.evaluate(() => getComputedStyle(document.querySelector('.card')).backgroundColor);
  assert.equal(surface, 'rgb(255, 255, 255)');
  await until('no chart to be blank', () => reader.page.locator('.plot').evaluateAll((plots) =>
    plots.length > 4 && plots.every((plot) => plot.querySelector('canvas')?.width > 0)));
  await reader.leave();
});

test('nothing moves while the page comes', async () => {
  const reader = await visit(browser, '/definitions');
  await reader.page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value; })
      .observe({ type: 'layout-shift', buffered: true });
  });
  await reader.page.goto(`${base}/`);
  await reader.drawn('mrr');
  await reader.page.waitForTimeout(500);
  const moved = await reader.page.evaluate(() => window.moved);
  assert.ok(moved < 0.1, `layout shift ${moved}`);
  await reader.leave();
});

test('without the program, the network or scripts there is a sentence to act on', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(`${base}/`);
  await until('the message', async () => /could not start.*Reload/.test(await page.locator('#boot-message').innerText().catch(() => '')));
  await context.close();

  const offline = await visit(browser, '/', {});
  await offline.drawn('mrr');
  await offline.page.route('**/api/**', (route) => route.abort());
  await offline.hook('pin').click();
  await offline.hook('error').first().waitFor();
  await offline.page.unroute('**/api/**');
  await offline.hook('retry').first().click();
  await offline.drawn('mrr');
  await offline.leave(/ERR_FAILED|Failed to load/);

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const scriptless = await plain.newPage();
  await scriptless.goto(`${base}/`);
  assert.match(await scriptless.locator('body').innerText(), /Allow JavaScript/);
  await plain.close();
});
