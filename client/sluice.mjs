#!/usr/bin/env node
/** Starts the command line on the Node that comes with Sluice, whatever Node the machine has (20 or newer). */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, URL } from 'node:url';

/** TypeScript runs as it is from this version on. */
const needed = 24;

/** The sources of a checkout; a package has what was built of them, as Node strips no types below node_modules. */
const source = new URL('main.ts', import.meta.url);
const main = existsSync(source) ? source : new URL('../dist/client/main.js', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= needed) await import(main.href);
else runOn(bundledNode());

function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    return join(dirname(manifest), 'bin', 'node');
  } catch {
    console.error(
      `error: Node ${needed} is needed, this is ${process.versions.node}: run \`npm ci\`, which brings it`,
    );
    process.exit(2);
  }
}

function runOn(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pass(child, signal));
  child.on('error', (error) => {
    console.error(`error: ${node} does not run: ${error.message}: run \`npm ci\` again`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

/** A terminal sends Ctrl-C to the child as well: passing it on there would make it two. */
function pass(child, signal) {
  if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
}
