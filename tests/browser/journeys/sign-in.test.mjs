// Two people of different policy in two browsers beside each other: signing in, what each gets, and a session that has ended.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ended } from '../lib/demo.mjs';
import { openBrowser } from '../lib/reader.mjs';

const checker = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = process.env.TIDEMARK_BIN ? false : 'set TIDEMARK_BIN: the demo with a login is started by this file';

let browser, child, folder, site;
const passwords = {};

before(async () => {
  if (skip) return;
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), 'tidemark-sign-in-'));
  const size = ['--customers', '80', '--days', '500', '--as-of', '2026-10-31'];
  child = spawn(process.env.TIDEMARK_BIN, ['demo', '--access', ...size, '--listen', '127.0.0.1:0', '--data', 'demo', '--no-history', '--no-open'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  site = await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      for (const [, name, password] of printed.matchAll(/Sign in as (\w+) with (\S+)/g)) passwords[name] = password;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (url) resolve(url[0]);
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${printed}`)));
  });
});
after(async () => {
  await browser?.close();
  if (child) await ended(child);
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A browser context of its own at a path; that of another person. */
async function person(path = '/', options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(site + path);
  return page;
}

async function signIn(page, name) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(passwords[name]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** What a request with the page's cookie gets: status and text. */
async function asked(page, path) {
  const answer = await page.request.get(site + path, { maxRedirects: 0 });
  return { status: answer.status(), text: await answer.text() };
}

for (const colorScheme of ['light', 'dark']) {
  test(`the sign-in page in ${colorScheme} has no serious finding and no script`, { skip }, async () => {
    const page = await person('/churn?range=90d', { colorScheme, bypassCSP: true });
    assert.equal(new URL(page.url()).pathname, '/login');
    assert.equal(await page.locator('script').count(), 0);
    await page.evaluate(checker);
    const violations = await page.evaluate(async () => (await window.axe.run()).violations);
    assert.deepEqual(violations.map((violation) => violation.id), []);
    await page.context().close();
  });
}

test('signing in works without script, with the keyboard, and returns to the view', { skip }, async () => {
  const page = await person('/churn?range=90d', { javaScriptEnabled: false });
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await page.keyboard.type(passwords.ada);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${site}/churn?range=90d`);
  await page.context().close();
});

test('two people beside each other see different snapshots, and neither the other one\'s', { skip }, async () => {
  const [ada, ben] = [await person(), await person()];
  await signIn(ada, 'ada');
  await signIn(ben, 'ben');
  const ids = [];
  for (const page of [ada, ben]) {
    const { status, text } = await asked(page, '/api/v1/manifest');
    assert.equal(status, 200);
    ids.push(JSON.parse(text).snapshot_id);
  }
  assert.notEqual(ids[0], ids[1]);
  assert.equal((await asked(ben, `/api/v1/snapshots/${ids[0]}/manifest`)).status, 404);
  assert.equal((await asked(ben, `/api/v1/snapshots/${ids[1]}/customers.arrow`)).status, 404);
  assert.equal((await asked(ben, '/api/v1/runs')).status, 403);
  const mart = await asked(ben, `/api/v1/snapshots/${ids[1]}/lifecycle_daily.arrow`);
  assert.match(mart.text, /UK & Ireland/);
  assert.doesNotMatch(mart.text, /Southern Europe|DACH|North America/);
  const all = await asked(ada, `/api/v1/snapshots/${ids[0]}/lifecycle_daily.csv`);
  assert.match(all.text, /North America/);

  await ada.goto(`${site}/account`);
  await ada.getByRole('button', { name: 'Sign out everywhere' }).click();
  await ada.getByRole('heading', { name: 'Signed out' }).waitFor();
  assert.equal((await asked(ada, '/api/v1/manifest')).status, 401);
  assert.equal((await asked(ben, '/api/v1/manifest')).status, 200);
  await ada.context().close();
  await ben.context().close();
});
