// Readable and usable for everyone: no serious finding of the accessibility checker, and the page works from the keyboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { openBrowser, visit } from '../lib/reader.mjs';

const checker = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** What the checker finds serious, one line per element. */
async function findings(reader) {
  await reader.page.evaluate(checker);
  const violations = await reader.page.evaluate(async () => (await window.axe.run()).violations);
  return violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}

for (const path of ['/', '/acquisition', '/retention', '/churn', '/support', '/customers', '/definitions', '/health']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${path} in ${colorScheme} has no serious finding`, async () => {
      const reader = await visit(browser, path, { colorScheme, reducedMotion: 'reduce' });
      await reader.page.locator('main').first().waitFor();
      if (path === '/') await reader.drawn('mrr');
      if (path === '/support') await reader.drawn('csat');
      if (path === '/customers') await reader.hook('long-table').locator('tr.row').first().waitFor();
      if (path === '/definitions') await reader.hook('definition-mrr').waitFor();
      if (path === '/health') {
        await reader.hook('marts').waitFor();
        await reader.page.locator('details.fold').evaluateAll((folds) => folds.forEach((fold) => { fold.open = true; }));
      }
      assert.deepEqual(await findings(reader), []);
      await reader.leave();
    });
  }
}

for (const colorScheme of ['light', 'dark']) {
  test(`every menu and dialog has no serious finding while it is open, and Escape closes it, ${colorScheme}`, async () => {
    const reader = await visit(browser, '/', { colorScheme, reducedMotion: 'reduce' });
    await reader.drawn('mrr');
    await reader.page.evaluate(checker);
    const serious = (inside) => reader.page.evaluate(async (part) => {
      const { violations } = await window.axe.run(part, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
      return violations.filter((one) => ['serious', 'critical'].includes(one.impact))
        .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
    }, inside);
    const menus = reader.page.locator('details.menu:visible > summary');
    const count = Math.min(await menus.count(), 16);
    assert.ok(count > 5, `menus: ${count}`);
    for (let at = 0; at < count; at += 1) {
      await menus.nth(at).click();
      await reader.page.locator('details.menu[open] > .panel').waitFor();
      assert.deepEqual(await serious('details.menu[open]'), [], `menu ${at}`);
      await reader.page.keyboard.press('Escape');
      assert.equal(await reader.page.locator('details.menu[open]').count(), 0, `menu ${at} is closed`);
    }
    await reader.page.keyboard.press('?');
    await reader.page.locator('dialog[open]').waitFor();
    assert.deepEqual(await serious('dialog[open]'), []);
    await reader.page.keyboard.press('Escape');
    assert.equal(await reader.page.locator('dialog[open]').count(), 0);
    await reader.leave();
  });
}

test('a filter can be set from the keyboard alone', async () => {
  const reader = await visit(browser);
  const before = await reader.drawn('mrr');
  const opener = reader.hook('filter-plan');
  await opener.focus();
  await reader.page.keyboard.press('Enter');
  const option = reader.page.locator('[data-testid^="option-plan-"]').first();
  await option.waitFor();
  // Forward through whatever is before the first value: at most a search field.
  for (let steps = 0; steps < 3; steps += 1) {
    await reader.page.keyboard.press('Tab');
    if (await option.evaluate((element) => element === document.activeElement)) break;
  }
  await reader.page.keyboard.press('Space');
  await reader.changed('mrr', before);
  await reader.page.keyboard.press('Escape');
  assert.ok(await opener.evaluate((element) => element === document.activeElement), 'the focus is back on the button');
  await reader.leave();
});
