// Keys do what is done often; they are listed, keep out of fields, and can be turned off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { settled } from '../lib/pages.mjs';
import { openBrowser, until, visit } from '../lib/reader.mjs';

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** The keys come with the end of the page, once its numbers are there. */
const listening = (reader) => reader.hook('shortcuts-open').waitFor();

const addressIs = (reader, wanted) => until(`the address ${wanted}`, async () => reader.address() === wanted);

test('keys change days, comparison, grain and page, and clear filters', async () => {
  const reader = await visit(browser, '/?plan=Pro');
  await listening(reader);
  const { keyboard } = reader.page;
  await keyboard.press('x');
  await addressIs(reader, '/');
  await keyboard.press('9');
  await addressIs(reader, '/?range=90d');
  await keyboard.press('Shift+G');
  await addressIs(reader, '/?range=90d&grain=month');
  await keyboard.press('c');
  await addressIs(reader, '/?range=90d&grain=month&compare=year');
  await keyboard.press('g');
  await keyboard.press('r');
  await addressIs(reader, '/retention?range=90d&grain=month&compare=year');
  // The page closes what was open when it comes.
  await settled(reader);
  await keyboard.press('/');
  await until('the first filter to open', () => reader.page.evaluate(() => document.querySelector('.filterbar details.menu[open]') !== null));
  await reader.leave();
});

test('a question mark lists them, Escape closes the list, the switch turns them off for good', async () => {
  const reader = await visit(browser);
  await listening(reader);
  const { keyboard } = reader.page;
  const dialog = reader.hook('shortcuts');
  await keyboard.press('?');
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /Last 90 days/);
  await keyboard.press('9');
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(reader.address(), '/', 'a key in the dialog does nothing');

  await reader.hook('shortcuts-open').click();
  await reader.hook('shortcuts-on').click();
  await keyboard.press('Escape');
  await reader.page.reload();
  await listening(reader);
  await keyboard.press('9');
  await keyboard.press('?');
  assert.equal(await dialog.isVisible(), false);
  assert.equal(reader.address(), '/');
  await reader.leave();
});

test('in a field, and with a modifier, letters are letters', async () => {
  const reader = await visit(browser, '/definitions');
  const field = reader.hook('search-definitions');
  await field.waitFor();
  await listening(reader);
  await reader.page.keyboard.press('/');
  assert.ok(await field.evaluate((element) => element === document.activeElement), 'a slash goes to the search field');
  await reader.page.keyboard.type('my?');
  assert.equal(await field.inputValue(), 'my?');
  await field.blur();
  await reader.page.keyboard.press('Alt+y');
  assert.equal(reader.address(), '/definitions');
  await reader.leave();
});
