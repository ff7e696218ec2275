// Other ways to look: on paper, with forced colours, without motion; and no journey needs dragging.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, until, visit } from '../lib/reader.mjs';
import { allPages, settled } from '../lib/pages.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const pages = await allPages();

test('paper says filters and date, shows every chart, and cuts nothing off', async () => {
  const reader = await visit(browser, '/?range=90d', { viewport: { width: 1047, height: 740 } });
  await reader.drawn('mrr');
  const plan = await reader.filter('plan', 0);
  await settled(reader);
  const asOf = (await reader.hook('as-of').locator('strong').innerText()).trim();
  await reader.page.emulateMedia({ media: 'print' });
  const text = await reader.page.locator('body').innerText();
  assert.ok(text.includes(plan), `the filter ${plan} is on paper`);
  assert.ok(text.includes(asOf), `the date ${asOf} is on paper`);
  assert.doesNotMatch(text, /Copy a link|Clear all/);
  const cut = await reader.page.evaluate(() => [...document.querySelectorAll('[data-testid^="chart-"]')]
    .filter((card) => card.getBoundingClientRect().right > document.documentElement.clientWidth + 1 || card.getBoundingClientRect().height < 80)
    .map((card) => card.dataset.testid));
  assert.deepEqual(cut, []);
  const paper = await reader.page.pdf({ format: 'A4', landscape: true });
  assert.equal(paper.subarray(0, 5).toString(), '%PDF-');
  assert.ok(paper.length > 20_000, `${paper.length} bytes`);
  const sheets = paper.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
  assert.ok(sheets >= 1 && sheets <= 8, `${sheets} sheets`);
  await reader.leave();
});

for (const path of pages) {
  test(`${path} is whole with forced colours and without motion`, async () => {
    const reader = await visit(browser, path, { forcedColors: 'active', reducedMotion: 'reduce' });
    await settled(reader);
    const moving = await reader.page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
    assert.equal(moving, 0, 'nothing moves');
    // What is only a coloured box without its border would be gone.
    const gone = await reader.page.evaluate(() => [...document.querySelectorAll('.card, .button:not(.quiet)')]
      .filter((element) => element.checkVisibility() && !element.parentElement.closest('.card') && getComputedStyle(element).borderTopStyle === 'none')
      .map((element) => element.outerHTML.slice(0, 120)));
    assert.deepEqual(gone, []);
    await reader.leave();
  });
}

test('what a drag over a chart does can be done with two dates', async () => {
  const reader = await visit(browser, '/?range=12m');
  const before = await reader.drawn('mrr');
  await reader.hook('range-custom').click();
  const from = reader.hook('range-from');
  const until_ = reader.hook('range-to');
  const last = await until_.inputValue();
  const start = `${last ? last.slice(0, 4) : new Date().getUTCFullYear()}-02-01`;
  await from.fill(start);
  await reader.changed('mrr', before);
  await until('the day in the address', async () => reader.address().includes(`from=${start}`));
  await reader.leave();
});
