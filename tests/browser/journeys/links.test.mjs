// A view is its address: filters, ranges and grains go into it, and reload, back and a link bring the same numbers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

test('a filter is in the address, survives a reload, and goes with the back button', async () => {
  const reader = await visit(browser);
  const all = await reader.drawn('mrr');
  const home = reader.address();

  const plan = await reader.filter('plan', 0);
  const filtered = await reader.changed('mrr', all);
  assert.equal(new URL(reader.page.url()).searchParams.get('plan'), plan);
  await reader.hook(`chip-plan-${plan}`).waitFor();
  const tiles = await reader.tiles();

  await reader.page.reload();
  await reader.shows('mrr', filtered);
  assert.deepEqual(await reader.tiles(), tiles);

  await reader.page.goBack();
  await reader.shows('mrr', all);
  assert.equal(reader.address(), home);
  await reader.page.goForward();
  await reader.shows('mrr', filtered);

  await reader.hook('clear-all').click();
  await reader.shows('mrr', all);
  assert.equal(await reader.hook(`chip-plan-${plan}`).count(), 0);
  await reader.leave();
});

test('range and grain are in the address and change what is drawn', async () => {
  const reader = await visit(browser);
  const before = await reader.drawn('mrr');
  await reader.hook('range-90d').click();
  const short = await reader.changed('mrr', before);
  assert.match(reader.address(), /[?&]range=90d/);
  await reader.hook('grain-day').click();
  await reader.changed('mrr', short);
  assert.match(reader.address(), /[?&]grain=day/);

  const again = await visit(browser, reader.address());
  await again.shows('mrr', await reader.valuesText('mrr'));
  await again.leave();
  await reader.leave();
});

test('what is broken in a link is ignored and said, and the rest counts', async () => {
  const reader = await visit(browser, '/?range=90d&grain=fortnight&colour=red&plan=NoSuchPlan%ZZ');
  await reader.drawn('mrr');
  const notice = await reader.hook('notice-ignored').innerText();
  assert.match(notice, /grain/);
  assert.match(notice, /colour/);
  assert.match(reader.address(), /range=90d/);
  await reader.leave();
});

test('an unknown page says so and leads back', async () => {
  const reader = await visit(browser, '/no-such-page');
  await reader.page.locator('a[href="/"]').first().waitFor();
  assert.match(await reader.page.locator('body').innerText(), /not found|no page|no such page/i);
  await reader.leave(/404/);
});
