// How it looks: both themes, three widths, nothing wider than the screen; a picture of each is kept.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const background = (reader) => reader.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

for (const [width, height] of [[1440, 900], [768, 1024], [375, 812]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${colorScheme}, ${width} wide`, async () => {
      const reader = await visit(browser, '/', { colorScheme, viewport: { width, height } });
      await reader.drawn('mrr');
      await reader.picture(`overview-${colorScheme}-${width}`);
      await reader.fits();
      await reader.leave();
    });
  }
}

test('the theme follows the system', async () => {
  const light = await visit(browser, '/', { colorScheme: 'light' });
  const dark = await visit(browser, '/', { colorScheme: 'dark' });
  await light.drawn('mrr');
  await dark.drawn('mrr');
  assert.notEqual(await background(light), await background(dark));
  await light.leave();
  await dark.leave();
});
