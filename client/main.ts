/** The command line `sluice`. */
import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { answers } from '../access/answers.ts';
import { readRegularFile } from '../access/regular-file.ts';
import { openSession } from './connection/open-session.ts';
import { maxFileBytes } from '../domain/defaults.ts';
import { plainLines } from '../domain/plain-text.ts';
import { untilInterrupted } from './interrupt.ts';
import { run } from './run.ts';
import { runProgram } from './run-program.ts';
import { runTool } from './run-tool.ts';

await run(process.argv.slice(2), {
  env: process.env,
  user: userName(),
  print: (text) => void process.stdout.write(`${plainLines(text)}\n`),
  note: (line) => void process.stderr.write(`${plainLines(line)}\n`),
  readFile: async (path) => Promise.resolve(readRegularFile(path, { limit: maxFileBytes })),
  runTool,
  openSession,
  // Kubernetes' client takes half a second to load, which most commands need not wait for.
  reachCluster: async (config) => (await import('../access/cluster.ts')).reachCluster(config),
  answers,
  sleep: (milliseconds) => setTimeout(milliseconds),
  untilInterrupted,
  runProgram,
  exit: (code) => {
    process.exitCode = code;
  },
});

/** A container may run as a user that nobody has named. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? 'unknown';
  }
}
