// Numbers, currencies and dates as the reader's browser is set: digits, separators and months change, values do not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, openBrowser, visit } from '../lib/reader.mjs';

let browser, manifest;
before(async () => {
  browser = await openBrowser();
  manifest = await (await fetch(`${base}/api/v1/manifest`)).json();
});
after(() => browser?.close());

/** The full values of the tiles as numbers, read back by the locale's own digits and separators. */
async function values(reader, locale) {
  const texts = await reader.page.locator('.kpi-value').evaluateAll((all) => all.map((one) => one.dataset.value));
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const part = (type) => parts.find((one) => one.type === type)?.value;
  const zero = new Intl.NumberFormat(locale, { useGrouping: false }).format(0).codePointAt(0);
  return texts.map((text) => {
    const latin = [...text.replaceAll(part('group'), '').replace(part('decimal'), '.')]
      .map((sign) => { const at = sign.codePointAt(0) - zero; return at >= 0 && at <= 9 ? String(at) : sign; });
    const sign = text.includes('−') ? -1 : 1;
    return sign * Number(/\d+(\.\d+)?/.exec(latin.join(''))?.[0]);
  });
}

test('every locale writes the same values its own way, and nothing is cut off or wider than the screen', async () => {
  let expected;
  const asOf = Date.parse(manifest.as_of);
  for (const locale of ['en-US', 'de-DE', 'ja-JP', 'ar-EG', 'en-IN']) {
    const reader = await visit(browser, '/', { locale });
    await reader.drawn('mrr');
    const found = await values(reader, locale);
    expected ??= found;
    assert.ok(found.length > 4 && found.every(Number.isFinite), `${locale}: ${found}`);
    assert.deepEqual(found, expected, locale);

    const day = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', calendar: 'gregory', year: 'numeric', month: 'short', day: 'numeric' }).format(asOf);
    const shown = (await reader.hook('as-of').innerText()).replace(/\s+/g, ' ');
    assert.ok(shown.includes(day.replace(/\s+/g, ' ')), `${locale}: ${shown} should say ${day}`);

    for (const width of [1440, 320]) {
      await reader.page.setViewportSize({ width, height: 800 });
      const cut = await reader.page.locator('.kpi-value').evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText));
      assert.deepEqual(cut, [], `${locale}, ${width} wide`);
      await reader.fits();
    }
    await reader.leave();
  }
});

test('a date is the same day in every time zone', async () => {
  const days = [];
  for (const timezoneId of ['Pacific/Kiritimati', 'Pacific/Midway']) {
    const reader = await visit(browser, '/', { timezoneId });
    await reader.drawn('mrr');
    days.push(await reader.hook('days').innerText());
    await reader.leave();
  }
  assert.equal(days[0], days[1]);
});
