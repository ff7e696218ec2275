// Starts `tidemark demo` in a folder of its own, and asks `tidemark export` for the tables behind a view.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const START_LIMIT = 180_000;

/** Starts a demo, a small one unless told otherwise, on a free port and waits until it prints its address. */
export async function startDemo(binary, size = ['--customers', '300']) {
  if (!binary) throw new Error('set TIDEMARK_BIN to the tidemark binary, or DASHBOARD_URL to a running dashboard');
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-demo-'));
  const child = spawn(binary, ['demo', ...size, '--listen', '127.0.0.1:0', '--data', 'demo', '--no-history'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: await address(child, 'tidemark demo'), data: join(folder, 'demo', 'published'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends a program that was started, gently first. */
export async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exit;
  clearTimeout(killer);
}

/** The address that a program prints. */
export function address(child, name) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const late = setTimeout(() => reject(new Error(`no address after ${START_LIMIT / 1000} s:\n${printed}`)), START_LIMIT);
    const read = (chunk) => {
      printed += chunk;
      const found = /http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d*/.exec(printed);
      if (!found) return;
      clearTimeout(late);
      resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}:\n${printed}`)));
  });
}

/** What `tidemark export` prints for a view, as text. */
export async function exported(query) {
  const run = promisify(execFile);
  const { stdout } = await run(process.env.TIDEMARK_BIN, ['export', query, '--data', process.env.DASHBOARD_DATA, '--format', 'csv'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
