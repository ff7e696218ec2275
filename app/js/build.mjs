// Bundles the browser's JavaScript and CSS into app/js/dist. The one argument is the folder where wasm-bindgen has put the
// program's side of it.
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = join(process.argv[2], 'tidemark-app.js');
const outdir = here('dist');
const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', logLevel: 'warning', outdir };

// Parts of the chart library that it always brings and we never use: Chinese words, a theme, options as they were ten years ago.
const unused = {
  name: 'unused',
  setup({ onLoad }) {
    onLoad({ filter: /echarts\/lib\/(i18n\/langZH|theme\/dark)\.js$/ }, () => ({ contents: 'export default {};' }));
    onLoad({ filter: /echarts\/lib\/preprocessor\/helper\/compatStyle\.js$/ }, () => ({ contents: 'export default function () {}' }));
  },
};

rmSync(outdir, { recursive: true, force: true });
// What is loaded later has much in common, which becomes a file of its own.
await build({
  ...common, entryPoints: ['library', 'rare'].map((name) => here(`src/${name}.js`)), format: 'esm', splitting: true,
  plugins: [unused], define: { 'process.env.NODE_ENV': '"production"' },
});
// wasm-bindgen lists the file that loads parts of the program once for each part, which is harmless.
await build({
  ...common, entryPoints: [here('src/start.js')], format: 'esm', external: ['./library.js', './rare.js'],
  alias: { program }, logOverride: { 'duplicate-object-key': 'silent' },
});
await build({ ...common, entryPoints: [here('src/boot.js')], format: 'iife' });
await build({ ...common, entryPoints: [here('../../style/app.css')] });
