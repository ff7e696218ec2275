// What the numbers mean: every metric is there once, can be searched, jumped to and linked to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const definitions = (reader) => reader.page.locator('[data-testid^="definition-"]');
const inView = (locator) => locator.evaluate((element) => {
  const { top } = element.getBoundingClientRect();
  return top >= -1 && top < window.innerHeight;
});

test('a search leaves what it is about, and says how much', async () => {
  const reader = await visit(browser, '/definitions');
  await reader.hook('definition-mrr').waitFor();
  const all = await definitions(reader).count();
  assert.equal(await reader.hook('definitions-count').innerText(), `${all} metrics`);
  await reader.hook('search-definitions').fill('  Backlog ');
  await until('fewer definitions', async () => (await definitions(reader).count()) < all);
  await reader.hook('definition-ticket_backlog').waitFor();
  const left = await definitions(reader).count();
  assert.equal(await reader.hook('definitions-count').innerText(), `${left} of ${all} metrics`);
  for (const text of await definitions(reader).allInnerTexts()) assert.match(text, /backlog/i);
  await reader.hook('search-definitions').fill('no such metric');
  await until('no definition', async () => (await definitions(reader).count()) === 0);
  assert.equal(await reader.hook('definitions-count').innerText(), `0 of ${all} metrics`);
  await reader.leave();
});

test('a subject is jumped to, and the view in the link stays', async () => {
  const reader = await visit(browser, '/definitions?range=90d');
  await reader.page.locator('nav[aria-label="Subjects"] a', { hasText: 'Lifecycle stages' }).click();
  await until('the subject to be in view', () => inView(reader.hook('stages')));
  const address = new URL(reader.page.url());
  assert.equal(address.hash, '#stages');
  assert.match(address.search, /range=90d/);
  await reader.leave();
});

test('a link to one metric shows it', async () => {
  const reader = await visit(browser, '/definitions#ticket_backlog');
  await until('the metric to be in view', async () => (await definitions(reader).count()) > 0 && inView(reader.hook('definition-ticket_backlog')));
  await reader.leave();
});

test('the settings in force stand once above, and beside what they shape', async () => {
  const manifest = await (await fetch(`${base}/api/v1/manifest`)).json();
  const reader = await visit(browser, '/definitions');
  const above = await reader.hook('in-force').innerText();
  assert.match(above, /discounts/i);
  assert.ok(above.includes(manifest.timezone) && above.includes(manifest.currency.toUpperCase()), above);
  assert.match(await reader.hook('definition-mrr').innerText(), /Policy/);
  assert.doesNotMatch(await reader.hook('definition-leads_created').innerText(), /Policy/);
  await reader.leave();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1440, 320]) {
    test(`it fits ${width} pixels, ${colorScheme}`, async () => {
      const reader = await visit(browser, '/definitions', { colorScheme, viewport: { width, height: 900 } });
      await definitions(reader).first().waitFor();
      await reader.picture(`definitions-${colorScheme}-${width}`);
      await reader.fits();
      await reader.leave();
    });
  }
}
