// The real page on a mart of a million rows: from an input to the painted charts, and whether anything holds the page up meanwhile.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { address, ended } from '../../../browser/lib/demo.mjs';
import { percentile } from './report.mjs';

/** The mart of generate.rs ends on this day. */
const AS_OF = '2026-06-30';
/** Longer than this, and a page feels stuck (RAIL). */
const LONG_MS = 50;
const FILTERS = ['plan', 'region', 'industry', 'company_size', 'acquisition_channel'];
const DRAGS = 6;
const LIMIT_MS = 60_000;
const TRACED = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** Serves a snapshot with a generated mart from a work folder, and measures: `{toggles, drags, releases}`, each with paints and tasks in ms. */
export async function measurePage({ tidemark, publish, rows, chrome, flags, work }) {
  const run = (program, ...args) => execFileSync(program, args, { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  run(tidemark, 'simulate', '--out', 'raw', '--customers', '60', '--days', '1095', '--as-of', AS_OF);
  run(tidemark, 'build', '--raw', 'raw', '--data', 'published', '--as-of', AS_OF);
  run(publish, join(work, 'published'), String(rows));
  const server = spawn(tidemark, ['serve', '--data', 'published', '--listen', '127.0.0.1:0'], { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
  const browser = await chromium.launch({ executablePath: chrome, args: flags });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(await address(server, 'tidemark serve'));
    await hook(page, 'plot-mrr').locator('canvas').first().waitFor();
    await settled(page);
    const toggles = await traced(browser, page, () => toggle(page));
    const [drags, releases] = await drag(browser, page);
    return { rows, toggles: figures(toggles), drags: figures(drags), releases: figures(releases) };
  } finally {
    await browser.close();
    await ended(server);
  }
}

const hook = (page, name) => page.locator(`[data-testid="${name}"]`);

const paints = (page) => page.evaluate(() => performance.getEntriesByName('tidemark:repaint').map(({ duration }) => duration));

/** Waits until the page has not painted anew for a while. */
async function settled(page) {
  for (let before = -1, now = 0; before !== now;) {
    before = now;
    await page.waitForTimeout(1500);
    now = (await paints(page)).length;
  }
}

/** Does something that is answered by a repaint, and waits for that. */
async function painted(page, act) {
  const before = (await paints(page)).length;
  await act();
  await page.waitForFunction((count) => performance.getEntriesByName('tidemark:repaint').length > count, before);
}

/** Three values of each dimension, one after the other, then all of them back. */
async function toggle(page) {
  for (const dimension of FILTERS) {
    await hook(page, `filter-${dimension}`).click();
    for (const index of [0, 1, 2]) {
      await painted(page, () => page.locator(`[data-testid^="option-${dimension}-"]`).nth(index).click());
    }
    await painted(page, () => hook(page, `clear-${dimension}`).click());
    await page.keyboard.press('Escape');
  }
}

/** Drags over the chart as a hand does, each time over other days of the whole range; what happens meanwhile, and at the release. */
async function drag(browser, page) {
  const plot = hook(page, 'plot-mrr');
  const drags = [], releases = [];
  for (let n = 0; n < DRAGS; n += 1) {
    await hook(page, 'range-all').click();
    await settled(page);
    await plot.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await plot.boundingBox();
    const at = (share) => [x + width * share, y + height / 2];
    drags.push(await traced(browser, page, async () => {
      await page.mouse.move(...at(0.2 + 0.05 * n));
      await page.mouse.down();
      for (let step = 1; step <= 40; step += 1) {
        await page.mouse.move(...at(0.2 + 0.05 * n + 0.012 * step));
        await page.waitForTimeout(8);
      }
    }));
    releases.push(await traced(browser, page, () => painted(page, () => page.mouse.up())));
  }
  return [drags, releases].map((parts) => ({ paints: parts.flatMap((part) => part.paints), tasks: parts.flatMap((part) => part.tasks) }));
}

/** Traces what happens: paints by the page's own measure, and the tasks of its main thread, in ms. */
async function traced(browser, page, act) {
  const before = (await paints(page)).length;
  await browser.startTracing(page, { categories: TRACED });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return { paints: (await paints(page)).slice(before), tasks: mainTasks(traceEvents) };
}

/** How long each task of the page's thread took, and how long of that it computed: on a busy machine it also waits for its turn. In ms. */
function mainTasks(events) {
  const place = ({ pid, tid }) => `${pid}/${tid}`;
  const main = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(place));
  const tasks = events.filter((event) => event.ph === 'X' && event.name === 'ThreadControllerImpl::RunTask' && main.has(place(event)));
  if (tasks.length === 0) throw new Error('the trace has no tasks of the page: this browser names them otherwise');
  return tasks.map(({ dur, tdur }) => ({ took: dur / 1000, computed: (tdur ?? dur) / 1000 }));
}

/** The figures of one kind of input. */
function figures({ paints: times, tasks }) {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    paints: sorted.length > 0 ? { count: sorted.length, p50: percentile(sorted, 50), p95: percentile(sorted, 95), max: sorted.at(-1) } : undefined,
    tasks: { count: tasks.length, took: longest(tasks.map(({ took }) => took)), computed: longest(tasks.map(({ computed }) => computed)) },
  };
}

const longest = (times) => ({ longest: times.reduce((most, ms) => Math.max(most, ms), 0), overLimit: times.filter((ms) => ms > LONG_MS).length });

/** The figures in words. */
export function pageReport({ rows, toggles, drags, releases }) {
  const part = (word, { longest: most, overLimit }) => `${word} ${most.toFixed(1)} ms at most (${overLimit} over ${LONG_MS} ms)`;
  const line = (name, { paints: p, tasks: t }) =>
    `${name.padEnd(20)} ${t.count} tasks, which ${part('took', t.took)}, ${part('computed', t.computed)}`
    + (p ? `; input to painted p50 ${p.p50.toFixed(1)} / p95 ${p.p95.toFixed(1)} / max ${p.max.toFixed(1)} ms of ${p.count}` : '');
  return [`the page on ${rows.toLocaleString('en')} rows`, line('a filter toggled', toggles), line('a chart dragged over', drags),
    line('the drag released', releases)].join('\n');
}
