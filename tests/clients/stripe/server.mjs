// Starts the Stripe test server and speaks to it as its test does: with the official client, and through its controls.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

const KEY = 'sk_test_tidemarkfullaccess0001';

/** Starts a server; `client()` is the official one, `control()` changes what the account holds or how it behaves. */
export async function startServer(...args) {
  const binary = process.env.TIDEMARK_TEST_SERVERS;
  if (!binary) throw new Error('set TIDEMARK_TEST_SERVERS to the tidemark-test-servers binary, or use run.sh');
  const child = spawn(binary, ['stripe', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = new URL(await firstLine(child));
  return {
    url,
    client: (options = {}) =>
      new Stripe(options.key ?? KEY, {
        host: url.hostname,
        port: url.port,
        protocol: 'http',
        telemetry: false,
        maxNetworkRetries: options.retries ?? 0,
        timeout: options.timeout ?? 5_000,
      }),
    control: async (method, path, body) => {
      const response = await fetch(new URL(`/_control/${path}`, url), {
        method,
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** The first line that a program prints. */
export function firstLine(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', resolve);
  });
}
