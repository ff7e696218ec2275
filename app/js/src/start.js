// Starts the program. It is compiled while it is being loaded; the chart library comes after it, while it sets up the page.
import start from 'program';
import * as charts from './charts.js';

globalThis.tidemarkCharts = charts;
const program = WebAssembly.compileStreaming(fetch(new URL('./tidemark-app_bg.wasm', import.meta.url)));
program.then(charts.prepare, () => {}); // Awaited below; until then a failure would be reported as unhandled.
await start({ module_or_path: await program });
