// Finishes the built app in app/dist: moves inline scripts into files (the page's policy allows none inside it), fixes
// the integrity hashes, writes .br and .gz beside every file, prints the sizes and fails over the budget.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = process.argv[2] ?? fileURLToPath(new URL('../app/dist', import.meta.url));
const BUDGET = 800_000; // bytes, brotli, everything the first visit loads
const digest = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

for (const name of readdirSync(dist)) if (/\.(br|gz)$/.test(name)) rmSync(join(dist, name));

const index = join(dist, 'index.html');
let html = readFileSync(index, 'utf8');

// Inline scripts become files named by their content.
html = html.replace(/<script([^>]*)>([\s\S]*?)<\/script>/g, (whole, attributes, body) => {
  if (/\ssrc=/.test(attributes) || body.trim() === '') return whole;
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const name = `start-${hash}.js`;
  writeFileSync(join(dist, name), body);
  const kept = attributes.replace(/\snonce="[^"]*"/, '');
  return `<script${kept} src="/${name}"></script>`;
});

// Integrity is computed over the final bytes: the optimiser runs after the builder has hashed.
html = html.replace(/<(script|link)\b[^>]*>/g, (tag) => {
  const at = /\s(?:src|href)="\/([^"]+)"/.exec(tag);
  if (!at || !/\s(?:integrity|rel="(?:modulepreload|preload|stylesheet)"|src)/.test(tag)) return tag;
  // Browsers do not check the hash of a preloaded module of WebAssembly, and say so on the console.
  if (tag.includes('as="fetch"')) return tag.replace(/\sintegrity="[^"]*"/, '');
  const integrity = digest(readFileSync(join(dist, at[1])));
  const bare = tag.replace(/\sintegrity="[^"]*"/, '');
  return bare.replace(/\s*\/?>$/, ` integrity="${integrity}">`);
});
if (/<script(?![^>]*\ssrc=)[^>]*>\s*\S/.test(html) || /\sstyle="/.test(html)) {
  throw new Error(`${index} still holds an inline script or style, which the content security policy forbids`);
}
writeFileSync(index, html);

const rows = readdirSync(dist).sort().filter((name) => statSync(join(dist, name)).isFile()).map((name) => {
  const bytes = readFileSync(join(dist, name));
  const br = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const gz = gzipSync(bytes, { level: 9 });
  writeFileSync(join(dist, `${name}.br`), br);
  writeFileSync(join(dist, `${name}.gz`), gz);
  return { name, raw: bytes.length, gzip: gz.length, brotli: br.length };
});
const total = rows.reduce((sum, r) => ({ name: 'all', raw: sum.raw + r.raw, gzip: sum.gzip + r.gzip, brotli: sum.brotli + r.brotli }),
  { raw: 0, gzip: 0, brotli: 0 });
for (const { name, raw, gzip, brotli } of [...rows, total]) {
  console.log(`${name.padEnd(46)} ${String(raw).padStart(9)} raw ${String(gzip).padStart(8)} gzip ${String(brotli).padStart(8)} brotli`);
}
if (total.brotli > BUDGET) {
  console.error(`The app is ${total.brotli} bytes in brotli; the budget is ${BUDGET}. Look at the largest file above.`);
  process.exit(1);
}
