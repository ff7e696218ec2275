// How much memory a page takes, as the operating system counts it: the browser's own figure leaves WebAssembly out.
import { readFileSync } from 'node:fs';

/** Bytes that the browser's page processes hold for themselves, workers included, garbage collected before; undefined but on Linux. */
export async function residentBytes(browser, page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  await whole.detach();
  try {
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { id }) => sum + anonymous(id), 0);
  } catch {
    return undefined;
  }
}

function anonymous(process) {
  const kilobytes = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'));
  return Number(kilobytes?.[1] ?? 0) * 1024;
}
