// Starts the program. It is compiled while it is being loaded, and the chart library is made ready meanwhile.
import start from 'program';

const program = WebAssembly.compileStreaming(fetch(new URL('./tidemark-app_bg.wasm', import.meta.url)));
program.catch(() => {}); // It is waited for below; until then a failure has nobody who hears it.
try {
  globalThis.tidemarkCharts = await import('./charts.js');
} catch (error) {
  console.error('the charts will be missing: their library did not load', error);
}
await start({ module_or_path: await program });
