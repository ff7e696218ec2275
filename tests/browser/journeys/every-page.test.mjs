// What holds on every page, whatever it shows: no trouble, nothing jumps, it fits, targets can be hit, the focus is seen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, visit } from '../lib/reader.mjs';
import { allPages, movedBy, overhang, settled, watchMoves } from '../lib/pages.mjs';

/** Side of the smallest target that anybody can hit, in pixels. */
const TARGET = 24;
const JUMPS = 0.1;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const pages = await allPages();

test('one walk over all pages meets no error, no breach of the policy, no request outside, and keeps the snapshot', async () => {
  const reader = await visit(browser);
  const manifests = [];
  const marts = new Set();
  reader.page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith('/manifest')) manifests.push((await response.json()).snapshot_id);
    const mart = /^\/api\/v1\/snapshots\/([0-9a-f]+)\/\w+\.arrow$/.exec(pathname);
    if (mart) marts.add(mart[1]);
  });
  await reader.page.reload();
  await settled(reader);
  for (const path of pages) {
    await reader.page.locator(`nav[aria-label="Pages"] a[href^="${path}"]`).first().click();
    await reader.page.waitForURL((url) => url.pathname === path);
    await settled(reader);
    // Down to the end, so that what is drawn late is drawn.
    for (let at = 0; at < 6; at += 1) await reader.page.mouse.wheel(0, 1_500);
    await settled(reader);
  }
  assert.equal(manifests.length, 1, 'the manifest is asked for once');
  assert.deepEqual([...marts], manifests, 'every mart is of that snapshot');
  await reader.leave();
});

for (const path of pages) {
  for (const [width, height] of [[1440, 900], [375, 812]]) {
    test(`${path} loads without a jump, ${width} wide`, async () => {
      const reader = await visit(browser, '/nothing-here', { viewport: { width, height } });
      await watchMoves(reader.page);
      await reader.page.goto(process.env.DASHBOARD_URL + path);
      await settled(reader);
      await reader.page.waitForTimeout(150);
      const { score, who } = await movedBy(reader.page);
      assert.ok(score < JUMPS, `${score.toFixed(3)}: ${JSON.stringify(who)}`);
      await reader.leave(/404/);
    });
  }

  test(`${path} fits every screen, and 1440 at 400 %`, async () => {
    const reader = await visit(browser, path, { viewport: { width: 1440, height: 900 } });
    await settled(reader);
    // Four times larger is a quarter of the pixels.
    for (const [width, height] of [[320, 800], [360, 225], [768, 1024], [1440, 900], [3840, 2160]]) {
      await reader.page.setViewportSize({ width, height });
      await settled(reader);
      const over = await overhang(reader);
      assert.ok(over <= 0, `${over} px wider than ${width}`);
    }
    await reader.leave();
  });

  for (const width of [1440, 375]) {
    test(`${path}: everything to press is ${TARGET} px or stands apart, ${width} wide`, async () => {
      const reader = await visit(browser, path, { viewport: { width, height: 900 } });
      await settled(reader);
      const small = await reader.page.evaluate((least) => {
        const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
        const inText = (element) => getComputedStyle(element).display === 'inline';
        const targets = [...document.querySelectorAll('a[href], button, input, select, summary, [role="button"]')]
          .filter((element) => seen(element) && !inText(element) && !element.closest('.visually-hidden, .skip-link'))
          .map((element) => [element, (element.closest('label') ?? element).getBoundingClientRect()])
          .filter(([, box]) => box.width > 0);
        // Small ones may stand so that a circle of that size around each touches no other target.
        const apart = (box, element) => targets.every(([other, around]) => {
          if (other === element || other.contains(element) || element.contains(other)) return true;
          const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
          const dx = Math.max(around.left - x, 0, x - around.right);
          const dy = Math.max(around.top - y, 0, y - around.bottom);
          return Math.hypot(dx, dy) >= least / 2;
        });
        return targets
          .filter(([element, box]) => (box.width < least - 0.5 || box.height < least - 0.5) && !apart(box, element))
          .map(([element, box]) => `${element.outerHTML.slice(0, 120)} ${Math.round(box.width)}×${Math.round(box.height)}`);
      }, TARGET);
      assert.deepEqual(small, []);
      await reader.leave();
    });
  }

  test(`${path}: what has the focus is seen, from the first to the fortieth stop`, async () => {
    const reader = await visit(browser, path, { viewport: { width: 1024, height: 700 }, reducedMotion: 'reduce' });
    await settled(reader);
    for (let stop = 0; stop < 40; stop += 1) {
      await reader.page.keyboard.press('Tab');
      const hidden = await reader.page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const style = getComputedStyle(element);
        const box = (element.closest('label') ?? element).getBoundingClientRect();
        const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
        const [right, bottom] = [Math.min(box.right, innerWidth), Math.min(box.bottom, innerHeight)];
        const places = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.2, 0.8].map((y) => [left + (right - left) * x, top + (bottom - top) * y]));
        const seen = right > left && bottom > top && places.some(([x, y]) => {
          const at = document.elementFromPoint(x, y);
          return at && (element.contains(at) || at.contains(element) || element.closest('label')?.contains(at));
        });
        const ringed = style.outlineStyle !== 'none' || element.closest(':has(:focus-visible)') !== null;
        return seen && ringed ? undefined : `${seen ? 'no ring' : 'hidden'}: ${element.outerHTML.slice(0, 160)}`;
      });
      assert.equal(hidden, undefined, `stop ${stop}`);
    }
    await reader.leave();
  });
}
