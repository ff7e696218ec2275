// Pressing and dragging on a chart: a menu says what can be done with what was pressed, a drag shows those days alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const frame = async (reader, chart) => {
  const plot = reader.hook(`plot-${chart}`);
  await plot.scrollIntoViewIfNeeded();
  return plot.boundingBox();
};
const address = (reader, wanted) => until(`${wanted} in the address`, async () => wanted.test(reader.address()));

test('a press on a period offers to show it alone, by mouse and by keyboard', async () => {
  const reader = await visit(browser, '/?range=12m');
  await reader.drawn('movements');
  const { x, y, width, height } = await frame(reader, 'movements');
  await reader.page.mouse.click(x + width * 0.55, y + height * 0.3);
  const menu = reader.hook('pick');
  await menu.waitFor();
  await reader.page.keyboard.press('Escape');
  assert.equal(await menu.count(), 0);

  await reader.hook('plot-mrr').focus();
  await reader.page.keyboard.press('ArrowRight');
  await reader.page.keyboard.press('ArrowRight');
  await reader.page.keyboard.press('Enter');
  await menu.waitFor();
  await reader.page.keyboard.press('Enter');
  await address(reader, /[?&]from=\d{4}-\d{2}-01&to=/);
  await reader.leave();
});

test('a drag shows the days it was drawn over, and Back undoes it', async () => {
  const reader = await visit(browser, '/?range=12m');
  const whole = await reader.drawn('mrr');
  const { buckets } = JSON.parse(whole);
  const { x, y, width, height } = await frame(reader, 'mrr');
  await reader.page.mouse.move(x + width * 0.4, y + height / 2);
  await reader.page.mouse.down();
  await reader.page.mouse.move(x + width * 0.7, y + height / 2, { steps: 4 });
  await reader.page.mouse.up();
  await address(reader, /[?&]from=/);
  const query = new URL(reader.page.url()).searchParams;
  const first = buckets.findIndex((bucket) => bucket.from === query.get('from'));
  const last = buckets.findIndex((bucket) => bucket.to === query.get('to'));
  assert.ok(first > 0 && last > first && last < buckets.length - 1, `${query}`);
  await reader.page.goBack();
  await reader.shows('mrr', whole);
  await reader.leave();
});
