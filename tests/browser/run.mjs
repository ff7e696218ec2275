// Runs the journeys: starts one demo, hands its address to node's test runner, stops it, and exits as the tests did.
//
// TIDEMARK_BIN        the binary to start
// DASHBOARD_URL       instead: a dashboard that is running already (then journeys that need `tidemark export` are skipped)
// CHROME              the browser; by default the first Chromium or Chrome on PATH
// TIDEMARK_ARTIFACTS  folder for screenshots; by default a new one under the system's temporary folder
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDemo } from './lib/demo.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const artifacts = process.env.TIDEMARK_ARTIFACTS ?? mkdtempSync(join(tmpdir(), 'tidemark-journeys-'));
mkdirSync(artifacts, { recursive: true });

const demo = process.env.DASHBOARD_URL ? undefined : await startDemo(process.env.TIDEMARK_BIN);
const wanted = process.argv.slice(2);
const files = readdirSync(join(here, 'journeys'))
  .filter((name) => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((word) => name.includes(word))))
  .sort()
  .map((name) => join(here, 'journeys', name));

const runner = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    ...process.env,
    TIDEMARK_ARTIFACTS: artifacts,
    DASHBOARD_URL: demo?.url ?? process.env.DASHBOARD_URL,
    DASHBOARD_DATA: demo?.data ?? '',
  },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal));
const status = await new Promise((resolve) => runner.on('exit', (code) => resolve(code ?? 1)));
await demo?.stop();
console.log(`screenshots: ${artifacts}`);
process.exit(status);
