// Builds a dashboard from raw files that a test has written its own names into, and serves it.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { address, ended } from './demo.mjs';

/** Simulates a small company, lets `edit` change its raw folder, builds and serves it; gives its address and how to stop. */
export async function served(binary, edit) {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-served-'));
  const run = (...args) => promisify(execFile)(binary, args, { cwd: folder });
  let child;
  const stop = async () => {
    if (child) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run('simulate', '--out', 'raw', '--customers', '60', '--days', '500', '--as-of', '2026-10-31');
    edit(join(folder, 'raw'));
    await run('build', '--raw', 'raw', '--data', 'published', '--as-of', '2026-10-31');
    child = spawn(binary, ['serve', '--data', 'published', '--listen', '127.0.0.1:0'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    return { url: await address(child, 'tidemark serve'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
