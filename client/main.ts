/** The command line `sluice`. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { answers } from '../access/answers.ts';
import { openSession } from './connection/open-session.ts';
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
  readFile: (path) => readFile(path, 'utf8'),
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
