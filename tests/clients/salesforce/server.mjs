// Starts the Salesforce test server and gives its address; it ends with this process or by `stop`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export async function startServer(...args) {
  const binary = process.env.TIDEMARK_TEST_SERVERS;
  if (!binary) throw new Error('TIDEMARK_TEST_SERVERS must name the binary tidemark-test-servers');
  const child = spawn(binary, ['salesforce', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { url: String(line).trim(), stop: () => child.stdin.end() };
}
