// Puts the app together where Trunk builds it: files named by their content, the page that loads them, .br and .gz beside
// each; prints the sizes and fails over the budget. Trunk runs it after it has built.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const app = fileURLToPath(new URL('../app/', import.meta.url));
const dist = process.env.TRUNK_STAGING_DIR ?? join(app, 'dist');

/** Most bytes in brotli: what was reached and two percent, but no more than is promised (program 300 kB, library 150, together 600). */
const BUDGET = {
  'the program before the first page': 297_700,
  'the chart library before the first page': 150_000,
  'all before the first page': 470_300,
  'all': 776_800,
};

const digest = (bytes, kind, form) => createHash(kind).update(bytes).digest(form);
const folder = (path, type) => readdirSync(path).filter((name) => name.endsWith(type)).map((name) => [name, readFileSync(join(path, name))]);
const scripts = folder(join(app, 'js/dist'), '.js');
const sources = new Map([...scripts, ...folder(join(app, 'js/dist'), '.css'), ...folder(join(app, 'js/program'), '.wasm')]);

// A file's name has a hash of its content, in which the names of other files stand: those come first.
const named = new Map();
const mentions = (text) => [...sources.keys()].filter((name) => text.includes(`"./${name}"`) || text.includes(`"${name}"`));
function finished(name) {
  const known = named.get(name);
  if (known) return known;
  let bytes = sources.get(name);
  const needs = [];
  if (name.endsWith('.js')) {
    let text = bytes.toString();
    for (const other of mentions(text)) {
      needs.push(other);
      for (const quoted of [`"./${other}"`, `"${other}"`]) text = text.replaceAll(quoted, `"./${finished(other).name}"`);
    }
    bytes = Buffer.from(text);
  }
  const [, stem, type] = /^(.+)(\.\w+)$/.exec(name);
  const file = { name: `${stem}-${digest(bytes, 'sha256', 'hex').slice(0, 16)}${type}`, bytes, needs };
  named.set(name, file);
  return file;
}
for (const name of sources.keys()) finished(name);

// What the first chart needs. The page asks for the program at once, instead of learning of it from another file. The chart
// library is needed last: its files are listed for the script that then asks for them.
const library = ['library.js', ...named.get('library.js').needs];
const first = ['app.css', 'boot.js', 'start.js', 'tidemark-app_bg.wasm', ...library];
const integrity = (file) => `integrity="sha384-${digest(file.bytes, 'sha384', 'base64')}"`;
let html = readFileSync(join(app, 'page/index.html'), 'utf8').replace(/(src|href)="\/([^"]+)"/g, (whole, attribute, name) => {
  const file = named.get(name);
  return file ? `${attribute}="/${file.name}" ${integrity(file)}` : whole;
});
// Browsers do not check the hash of a preloaded program, and say so on the console.
const program = `<link rel="preload" href="/${named.get('tidemark-app_bg.wasm').name}" as="fetch" type="application/wasm" crossorigin>`;
const later = library.map((name) => `<link rel="later" href="/${named.get(name).name}" ${integrity(named.get(name))}>`);
html = html.replace('<link rel="stylesheet"', `${program}\n  <link rel="stylesheet"`).replace('</head>', `  ${later.join('\n  ')}\n</head>`);
if (/<script(?![^>]*\ssrc=)/.test(html) || /\sstyle="/.test(html)) {
  throw new Error('app/page/index.html holds an inline script or style, which the content security policy forbids');
}

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) rmSync(join(dist, name), { recursive: true });
const files = [
  { name: 'index.html', bytes: Buffer.from(html), first: true },
  { name: 'icon.svg', bytes: readFileSync(join(app, 'page/icon.svg')), first: true },
  ...[...named].map(([source, file]) => ({ ...file, source, first: first.includes(source) })),
];
for (const file of files) {
  const { name, bytes } = file;
  file.brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  file.gzip = gzipSync(bytes, { level: 9 });
  writeFileSync(join(dist, name), bytes);
  writeFileSync(join(dist, `${name}.br`), file.brotli);
  writeFileSync(join(dist, `${name}.gz`), file.gzip);
}

const number = (value) => String(value).padStart(9);
files.sort((a, b) => b.first - a.first || b.brotli.length - a.brotli.length);
for (const { name, bytes, gzip, brotli, first: early } of files) {
  console.log(`${name.padEnd(46)}${number(bytes.length)} raw${number(gzip.length)} gzip${number(brotli.length)} brotli  ${early ? 'at first' : 'later'}`);
}
const sum = (which) => files.filter(which).reduce((total, file) => total + file.brotli.length, 0);
const reached = {
  'the program before the first page': sum((file) => file.first && /\.wasm$/.test(file.name)),
  'the chart library before the first page': sum((file) => file.first && /^(library|chunk.*js)/.test(file.name)),
  'all before the first page': sum((file) => file.first),
  'all': sum(() => true),
};
let over = false;
for (const [what, most] of Object.entries(BUDGET)) {
  console.log(`${number(reached[what])} of ${most} bytes in brotli: ${what}`);
  if (reached[what] <= most) continue;
  over = true;
  console.error(`The app is over its budget: ${what} is ${reached[what]} bytes in brotli, the budget is ${most}. Look at the largest file above.`);
}
if (over) process.exit(1);
