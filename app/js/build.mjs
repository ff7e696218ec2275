// Bundles the browser's JavaScript and CSS into app/js/dist: charts.js, boot.js, app.css.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = { bundle: true, minify: true, target: 'es2022', legalComments: 'none', logLevel: 'warning' };

await build({
  ...common, entryPoints: [here('src/charts.js')], outfile: here('dist/charts.js'), format: 'iife', globalName: 'tidemarkCharts',
  define: { 'process.env.NODE_ENV': '"production"' },
});
await build({ ...common, entryPoints: [here('src/boot.js')], outfile: here('dist/boot.js'), format: 'iife' });
await build({ ...common, entryPoints: [here('../../style/app.css')], outfile: here('dist/app.css') });
