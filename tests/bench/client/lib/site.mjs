// The benchmark's site: its bundled page, the engine, DuckDB and the marts, on loopback and isolated, so that the page's clock is fine.
import { build } from 'esbuild';
import { createReadStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.arrow': 'application/vnd.apache.arrow.stream' };

/** Bundles the page into a folder. */
export async function bundle(folder) {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [here('../page/harness.mjs')], outdir: folder, bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true,
    legalComments: 'none', logLevel: 'warning',
  });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>Bench</title><script type="module" src="/harness.js"></script>');
}

/** Serves folders by the first part of a path; `''` is for the rest. Gives the address and how to stop. */
export async function serve(folders) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).slice(1) || 'index.html';
    const [first, ...others] = path.split('/');
    const file = folders[first] && others.length > 0 ? join(folders[first], ...others) : join(folders[''], path);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    const headers = {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    };
    if (size === undefined) {
      response.writeHead(404, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, 'content-length': size });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}
