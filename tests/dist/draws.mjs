// Opens the page of a demo in a real browser, and fails if its first chart does not appear or anything goes wrong on it.
import { openBrowser, visit } from '../browser/lib/reader.mjs';

const browser = await openBrowser();
try {
  const reader = await visit(browser, '/', {}, process.argv[2]);
  await reader.drawn('mrr');
  await reader.leave();
} finally {
  await browser.close();
}
