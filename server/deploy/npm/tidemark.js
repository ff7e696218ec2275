#!/usr/bin/env node
// Starts the Tidemark program of this platform's package, with the same arguments, streams and exit code.
'use strict';
const { spawn } = require('node:child_process');

const name = `@tidemark/${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/tidemark`);
} catch {
  console.error(`tidemark: the package ${name} is not installed. Either there is none for this platform (there are: Linux with glibc and macOS, `
    + 'on x64 and arm64), or npm was asked to omit optional packages: install again without --omit=optional.');
  process.exit(1);
}

const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
// Ctrl-C reaches the program by itself; the others come to this process alone.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`tidemark: ${program} does not start: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(code);
  }
});
