/** A server process that is killed as a power cut would, and started again on what it left. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly options?: SpawnOptions;
  /** Whether it serves; throws as long as it does not. */
  readonly probe: () => Promise<unknown>;
}

const startTimeout = 120_000;
const pause = 250;

export class KillableServer {
  private readonly plan: ServerPlan;
  private child: ChildProcess | null = null;

  constructor(plan: ServerPlan) {
    this.plan = plan;
  }

  /** Starts it, again where it ends before it serves, and returns when it serves. */
  async start(): Promise<void> {
    const deadline = Date.now() + startTimeout;
    for (;;) {
      if (this.child === null || hasEnded(this.child)) this.child = this.spawn();
      await sleep(pause);
      try {
        await this.plan.probe();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw await this.trouble(error);
      }
    }
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child === null || hasEnded(this.child)) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  private spawn(): ChildProcess {
    const { command, args, logFile, options } = this.plan;
    const log = openSync(logFile, 'a');
    const child = spawn(command, args, { ...options, stdio: ['ignore', log, log] });
    closeSync(log);
    return child;
  }

  private async trouble(cause: unknown): Promise<Error> {
    const { name, logFile } = this.plan;
    const said = (await readFile(logFile, 'utf8')).split('\n').slice(-12).join('\n');
    return new Error(`${name} does not serve after ${startTimeout / 1000} s:\n${said}`, { cause });
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
