// A thousand links as nobody would write them, on one open page: no error, no error page, no long wait.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, until, visit } from '../lib/reader.mjs';

const LINKS = 1_000;
/** Far above the usual: a link must not be able to hang the page, and the machine may be busy. */
const LIMIT = 2_000;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** The same numbers in [0, 1) every time. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const NAMES = ['range', 'from', 'to', 'grain', 'compare', 'cohort', 'chart', 'snapshot', 'by', 'plan', 'region', 'industry', 'company_size', '%00', '__proto__', ''];
const VALUES = [
  '30d', 'all', 'ytd', 'day', 'quarter', 'none', 'year', 'mrr', 'Pro', '!Pro', 'unknown', '2026-02-30', '9999-12-31', '0001-01-01', '2025-01-01', '2026-06-01',
  'NaN', 'inf', '-0', '1e309', '%00', '%', '%ZZ', '%C3%28', ',', '!!', '..%2f..%2fetc%2fpasswd', '<img src=x onerror=alert(1)>', '"><script>alert(1)</script>',
  '\u202egnp.exe', '\u200b\ufeff', 'e\u0301', '👩‍👩‍👧‍👦', 'constructor', '&amp;', '=', '#', '?', ' '.repeat(20),
];

/** A hostile query; most have parameters that exist. The snapshot is never one that could exist: asking for it is another story. */
function query(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const text = () => {
    const kind = random();
    if (kind < 0.02) return Array(5_000).fill(pick(VALUES)).join(',');
    if (kind < 0.04) return 'x'.repeat(Math.floor(random() * 80_000));
    if (kind < 0.2) return Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(VALUES)).join(',');
    if (kind < 0.3) return Array.from({ length: Math.floor(random() * 12) }, () => String.fromCharCode(Math.floor(random() * 0xffff))).join('');
    return pick(VALUES);
  };
  return Array.from({ length: Math.floor(random() * 7) }, () => `${pick(NAMES)}=${text()}`).join('&');
}

test(`${LINKS} hostile links one after the other leave the page well`, async () => {
  const reader = await visit(browser);
  const before = await reader.drawn('mrr');
  const random = dice(5);
  const queries = Array.from({ length: LINKS }, () => query(random));
  let slowest = 0;
  for (let at = 0; at < LINKS; at += 50) {
    const slow = await reader.page.evaluate(async (some) => {
      let slow = 0;
      for (const one of some) {
        const began = performance.now();
        // What the address bar would refuse, the page never sees.
        try { history.pushState(null, '', `/?${one}`); } catch { continue; }
        dispatchEvent(new PopStateEvent('popstate'));
        await new Promise((done) => { setTimeout(done); });
        slow = Math.max(slow, performance.now() - began);
        if (!document.querySelector('main#content h1')) throw new Error(`no page under ${one.slice(0, 300)}`);
      }
      return slow;
    }, queries.slice(at, at + 50));
    slowest = Math.max(slowest, slow);
    assert.deepEqual(reader.troubles, [], JSON.stringify(queries.slice(at, at + 50)).slice(0, 2_000));
  }
  console.log(`slowest of ${LINKS} hostile links: ${slowest.toFixed(0)} ms`);
  assert.ok(slowest < LIMIT, `${slowest} ms`);
  await reader.page.evaluate(() => { history.pushState(null, '', '/'); dispatchEvent(new PopStateEvent('popstate')); });
  await until('the numbers as before', async () => (await reader.valuesText('mrr')) === before);
  await reader.leave();
});
