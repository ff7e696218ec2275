// A reader at the page: opens it in a real browser, reads what it shows by its stable hooks, and notes every trouble.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

export const base = process.env.DASHBOARD_URL;
const LIMIT = 20_000;

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** One browser for a file of journeys. */
export function openBrowser() {
  return chromium.launch({ executablePath: browserPath(), args: FLAGS });
}

/** The browser to drive. */
export function browserPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = process.env.CHROME ?? places.find((place) => existsSync(place));
  if (!found) throw new Error('no browser found: install Chromium, or set CHROME to the path of one');
  return found;
}

/** Opens a page path and waits until it has drawn. `options` are the browser context's: colour scheme, size, …; `site` is another dashboard than the run's. */
export async function visit(browser, path = '/', options = {}, site = base) {
  const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  const reader = new Reader(page, site);
  await page.goto(site + path);
  return reader;
}

/** A page and what went wrong on it. */
export class Reader {
  constructor(page, site = base) {
    this.page = page;
    this.troubles = [];
    page.on('console', (message) => {
      // Breaches of the content security policy are reported here too.
      if (message.type() === 'error') this.troubles.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.troubles.push(`uncaught: ${error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${site}/`) && !/^(data|blob|about):/.test(url)) this.troubles.push(`request outside: ${url}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.troubles.push(`${response.status()} for ${response.url()}`);
    });
  }

  /** The element with a stable hook. */
  hook(name) {
    return this.page.locator(`[data-testid="${name}"]`);
  }

  /** Waits until a chart has drawn something, and gives what it drew, as text to compare. */
  async drawn(chart) {
    await this.hook(`chart-${chart}`).waitFor();
    return until(`chart ${chart} to have values`, async () => {
      const text = await this.valuesText(chart);
      return text && text !== '[]' && text !== '{}' ? text : undefined;
    });
  }

  /** The values of a chart now: its own attribute or that of a part of it. */
  valuesText(chart) {
    return this.hook(`chart-${chart}`).evaluate((element) => {
      const holder = element.matches('[data-values]') ? element : element.querySelector('[data-values]');
      return holder?.getAttribute('data-values') ?? '';
    });
  }

  /** Waits until a chart shows something else than before. */
  async changed(chart, before) {
    return until(`chart ${chart} to change`, async () => {
      const now = await this.valuesText(chart);
      return now && now !== before ? now : undefined;
    });
  }

  /** Waits until a chart shows exactly this again. */
  async shows(chart, expected) {
    await until(`chart ${chart} to show what it showed before`, async () => (await this.valuesText(chart)) === expected);
  }

  /** The texts of all tiles, by metric. */
  async tiles() {
    await this.page.locator('[data-testid^="kpi-"]').first().waitFor();
    return this.page.locator('[data-testid^="kpi-"]').evaluateAll((tiles) =>
      Object.fromEntries(tiles.map((tile) => [tile.dataset.testid.slice('kpi-'.length), tile.innerText])));
  }

  /** Waits until nothing is wider than the screen: charts take a new size a moment after the page does. */
  async fits() {
    await until(`the page to be no wider than the screen at ${this.page.url()}`, () =>
      this.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  }

  /** Path and query of the address bar. */
  address() {
    const url = new URL(this.page.url());
    return url.pathname + url.search;
  }

  /** Opens the menu of a dimension, presses its n-th value, closes the menu; gives the value's name. */
  async filter(dimension, index) {
    await this.hook(`filter-${dimension}`).click();
    const option = this.page.locator(`[data-testid^="option-${dimension}-"]`).nth(index);
    const value = (await option.getAttribute('data-testid')).slice(`option-${dimension}-`.length);
    await option.click();
    await this.page.keyboard.press('Escape');
    return value;
  }

  /** Saves a picture of the whole page where the run keeps them. */
  async picture(name) {
    await this.page.screenshot({ path: join(process.env.TIDEMARK_ARTIFACTS, `${name}.png`), fullPage: true });
  }

  /** Ends the visit; fails if anything went wrong that was not expected. */
  async leave(expected = /^$/) {
    await this.page.context().close();
    assert.deepEqual(this.troubles.filter((trouble) => !expected.test(trouble)), []);
  }
}

/** Asks again until there is an answer. */
export async function until(what, ask) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${LIMIT / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
