// Every page of the dashboard, as its own navigation names them, and what can be asked of each without knowing it.
import { openBrowser, until, visit } from './reader.mjs';

/** Paths of all pages, from the navigation. */
export async function allPages() {
  const browser = await openBrowser();
  try {
    const reader = await visit(browser);
    const links = reader.page.locator('nav[aria-label="Pages"] a');
    await links.first().waitFor();
    return await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
  } finally {
    await browser.close();
  }
}

/** Waits until nothing is loading any more, and what is seen has been drawn. */
export async function settled(reader) {
  await reader.page.locator('main').first().waitFor();
  await until('everything to be loaded', () => reader.page.evaluate(() =>
    document.querySelector('[data-testid="as-of"]') && !document.querySelector('main .skeleton')));
  await reader.page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
  }));
}

/** By how many pixels the page is wider than the screen. */
export const overhang = (reader) => reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** Counts how far elements jump from now on, for pages that are opened after; `movedBy` gives the sum. */
export const watchMoves = (page) => page.addInitScript(() => {
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const who = entry.sources.map(({ node }) => node?.nodeType === 1 ? `${node.tagName.toLowerCase()}.${node.className}#${node.id}` : '');
      window.moved.push([entry.value, who.join(' ')]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
});

/** The score of all jumps so far, and what jumped. */
export async function movedBy(page) {
  const moved = await page.evaluate(() => window.moved);
  return { score: moved.reduce((sum, [value]) => sum + value, 0), who: moved };
}
