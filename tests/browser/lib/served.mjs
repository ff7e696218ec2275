// Builds a dashboard from raw files that a test has written its own names into, and serves it.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { address, ended } from './demo.mjs';

/**
 * Simulates a small company, lets `edit` change its raw folder, builds and serves it; gives its address and how to stop.
 * With `before`, the day before is published first, from a copy of the raw folder that `before` has changed.
 */
export async function served(binary, edit, before) {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-served-'));
  const run = (...args) => promisify(execFile)(binary, args, { cwd: folder, maxBuffer: 64 << 20 });
  let child;
  const stop = async () => {
    if (child) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run('simulate', '--out', 'raw', '--customers', '60', '--days', '500', '--as-of', '2026-10-31');
    if (before) {
      cpSync(join(folder, 'raw'), join(folder, 'raw-before'), { recursive: true });
      before(join(folder, 'raw-before'));
      await run('build', '--raw', 'raw-before', '--data', 'published', '--as-of', '2026-10-30');
    }
    edit(join(folder, 'raw'));
    await run('build', '--raw', 'raw', '--data', 'published', '--as-of', '2026-10-31');
    child = spawn(binary, ['serve', '--data', 'published', '--listen', '127.0.0.1:0'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    /** What a command of the binary prints about these snapshots, from JSON. */
    const asked = async (...args) => JSON.parse((await run(...args, '--data', 'published', '--json')).stdout);
    return { url: await address(child, 'tidemark serve'), asked, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
