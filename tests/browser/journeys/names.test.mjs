// Names come from other systems: markup, other directions, emoji and great length are text everywhere, and break nothing.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { served } from '../lib/served.mjs';
import { openBrowser, until, visit } from '../lib/reader.mjs';
import { overhang, settled } from '../lib/pages.mjs';

const MARKUP = '<img src=x onerror="window.hit=1">';
const NAMES = [MARKUP, 'مستوى الأعمال', '🚀👩‍👩‍👧‍👦 Team', `Long${'ness '.repeat(39)}`.trim(), '</script><script>window.hit=1</script>', "=cmd|' /C calc'!A0"];
const binary = process.env.TIDEMARK_BIN;

/** Plans, regions, industries and companies are called as nobody would call them. */
function rename(raw) {
  const products = join(raw, 'stripe', 'products.jsonl');
  const lines = readFileSync(products, 'utf8').trim().split('\n').map((line, at) => JSON.stringify({ ...JSON.parse(line), name: NAMES[at % NAMES.length] }));
  writeFileSync(products, `${lines.join('\n')}\n`);
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const regions = join(raw, 'reference', 'country_regions.csv');
  const [head, ...countries] = readFileSync(regions, 'utf8').trim().split('\n');
  writeFileSync(regions, [head, ...countries.map((line, at) => `${line.slice(0, line.lastIndexOf(','))},${quoted(NAMES[at % NAMES.length])}`)].join('\n'));
  const customers = join(raw, 'stripe', 'customers.jsonl');
  const people = readFileSync(customers, 'utf8').trim().split('\n').map((line, at) => {
    const one = JSON.parse(line);
    return JSON.stringify(one.name ? { ...one, name: NAMES[at % NAMES.length] } : one);
  });
  writeFileSync(customers, `${people.join('\n')}\n`);
}

let browser;
let site;
before(async () => {
  if (!binary) return;
  browser = await openBrowser();
  site = await served(binary, rename);
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

test('names are text in menus, chips, legends, tables and titles, and widen no page', { skip: binary ? false : 'needs the binary' }, async () => {
  const reader = await visit(browser, '/', {}, site.url);
  await reader.drawn('mrr');
  const paths = await reader.page.locator('nav[aria-label="Pages"] a').evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
  // Every menu shows the names as they are written.
  await reader.hook('filter-plan').click();
  const listed = reader.page.locator('[data-testid^="option-plan-"]');
  // What a menu holds comes with a later part of the program.
  await listed.first().waitFor();
  const options = await listed.evaluateAll((all) => all.map((one) => one.dataset.testid.slice('option-plan-'.length)));
  assert.ok(options.includes(MARKUP), options.join('; '));
  await reader.page.keyboard.press('Escape');
  const filters = `plan=${NAMES.slice(0, 4).map(encodeURIComponent).join(',')}&region=${encodeURIComponent(MARKUP)}`;
  for (const path of paths) {
    for (const width of [1440, 320]) {
      await reader.page.setViewportSize({ width, height: 900 });
      await reader.page.goto(`${site.url}${path}?${filters}`);
      await settled(reader);
      for (const at of [1, 2, 3, 4]) await reader.page.mouse.wheel(0, 900 * at);
      await settled(reader);
      const over = await overhang(reader);
      assert.ok(over <= 0, `${path}: ${over} px wider than ${width}`);
      const found = await reader.page.evaluate(() => [window.hit, document.querySelectorAll('main img, main script, header script').length]);
      assert.deepEqual(found, [undefined, 0], path);
    }
  }
  await reader.page.setViewportSize({ width: 1440, height: 900 });
  await reader.page.goto(`${site.url}/?${filters}`);
  await reader.drawn('mrr');
  await until('the chip', async () => (await reader.page.locator('body').innerText()).includes(MARKUP));
  for (const table of await reader.page.locator('[data-testid^="table-"]').all()) await table.click();
  assert.equal(await reader.page.evaluate(() => window.hit), undefined);
  await reader.picture('names');
  await reader.leave();
});
