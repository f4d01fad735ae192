import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from '../../process/end.ts';
import { reasonOf } from '../api/clients.ts';
import type { ContainerState } from '../api/models.ts';
import type { Program } from '../images/program.ts';
import { unknownImage } from '../images/table.ts';
import { restartBackOff } from './back-off.ts';
import { launch, prepare, recordName, type ContainerSetup, type Launch } from './container-setup.ts';
import { watchProbes } from './probing.ts';
import { runCommand } from './run-command.ts';
import { terminationMessage } from './termination-message.ts';

/** Milliseconds a container that failed its probe has to end by itself. */
const unhealthyGrace = 5_000;

/** When a container's process is started again after it ended. */
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** Runs one container as a process: starts it, probes it, starts it again with back-off, and ends it. */
export class ContainerRunner {
  readonly setup: ContainerSetup;
  state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  lastState: ContainerState | undefined;
  restartCount: number;
  started = false;
  ready = false;
  /** The running process; `undefined` between two runs. */
  launch: Launch | undefined;
  /** Settles when the container runs no more: its exit code. */
  readonly finished: Promise<number>;
  /** Settles when the startup probe passed. */
  readonly startup = Promise.withResolvers<undefined>();

  private begun = false;
  private readonly policy: RestartPolicy;
  private readonly changed: () => void;
  private readonly stopping = new AbortController();
  private readonly backOff = restartBackOff();
  private readonly finish = Promise.withResolvers<number>();

  constructor(setup: ContainerSetup, policy: RestartPolicy, restartCount: number, changed: () => void) {
    this.setup = setup;
    this.policy = policy;
    this.restartCount = restartCount;
    this.changed = changed;
    this.finished = this.finish.promise;
  }

  /** Begins to run the container; does nothing when it was stopped before. */
  start(): void {
    this.begun = true;
    this.run().then(this.finish.resolve, (error: unknown) => {
      this.setup.options.log(`node: ${this.setup.container.name} is given up: ${reasonOf(error)}`);
      this.finish.resolve(1);
    });
  }

  /** Ends the container, SIGTERM first, and keeps it ended. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    const running = this.launch;
    if (running) await this.end(running, graceMs);
    // A start under way sees the signal, ends what it started and finishes.
    if (this.begun) await this.finished;
  }

  /** Lets clients of the container go away before it is stopped. */
  async drain(): Promise<void> {
    if (this.launch) await this.setup.program?.drain?.(this.launch.context);
  }

  private async run(): Promise<number> {
    const program = this.setup.program;
    if (program === undefined) {
      this.wait('ErrImagePull', unknownImage(this.setup.container.image ?? ''));
      await once(this.stopping.signal, 'abort');
      return 0;
    }
    for (;;) {
      if (this.isStopped()) return 0;
      const began = Date.now();
      const exitCode = await this.runOnce(program);
      if (this.isStopped()) return exitCode ?? 0;
      if (exitCode !== undefined && !this.restarts(exitCode)) return exitCode;
      await this.waitForRestart(Date.now() - began);
    }
  }

  private isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private restarts(exitCode: number): boolean {
    return this.policy === 'Always' || (this.policy === 'OnFailure' && exitCode !== 0);
  }

  /** Exit code of one run; `undefined` when the process could not be started. */
  private async runOnce(program: Program): Promise<number | undefined> {
    try {
      const running = await launch(this.setup, program, await prepare(this.setup));
      if (this.isStopped()) await this.end(running, 0);
      return await this.supervise(running, program);
    } catch (error) {
      this.wait('CreateContainerConfigError', reasonOf(error));
      return undefined;
    }
  }

  /** Probes the process until it ends. */
  private async supervise(running: Launch, program: Program): Promise<number> {
    const probes = new AbortController();
    const startedAt = new Date();
    this.launch = running;
    this.become({ running: { startedAt } });
    void this.probe(running, program, probes.signal);
    const exitCode = await exitCodeOf(running);
    probes.abort();
    this.launch = undefined;
    this.started = false;
    this.ready = false;
    // Takes its record away: the process itself is gone.
    await this.end(running, 0);
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const message = await terminationMessage(this.setup.directory, this.setup.container, exitCode);
    const finishedAt = new Date();
    this.become({
      terminated: { exitCode, reason, ...(message !== undefined && { message }), startedAt, finishedAt },
    });
    return exitCode;
  }

  private probe(running: Launch, program: Program, signal: AbortSignal): Promise<void> {
    const { container, address, options } = this.setup;
    const run = (command: readonly string[], timeoutMs: number) =>
      runCommand(running, command, {
        stdout: ignore,
        stderr: ignore,
        signal: AbortSignal.timeout(timeoutMs),
      });
    return watchProbes(
      { target: { container, address, run }, readyPort: program.readyPort },
      {
        started: () => {
          this.started = true;
          this.startup.resolve(undefined);
          this.changed();
        },
        ready: (ready) => {
          if (this.ready === ready) return;
          this.ready = ready;
          this.changed();
        },
        failed: (reason) => {
          options.log(`node: ${running.process.record.name}: ${reason}, ending it`);
          this.end(running, unhealthyGrace).catch((error: unknown) =>
            options.log(`node: ${reasonOf(error)}`),
          );
        },
      },
      signal,
    );
  }

  private async waitForRestart(ranFor: number): Promise<void> {
    const delay = this.backOff.next(ranFor);
    if (this.state.terminated) {
      this.restartCount++;
      this.lastState = this.state;
      this.wait('CrashLoopBackOff', `back-off ${delay / 1000} s restarting ${this.setup.container.name}`);
    }
    // Stopping ends the wait; the loop that called looks at the signal.
    await sleep(delay, undefined, { signal: this.stopping.signal }).catch(ignore);
  }

  private end(running: Launch, graceMs: number): Promise<void> {
    const recordFile = join(this.setup.directory, recordName);
    return endProcess(running.process.record, { graceMs, recordFile });
  }

  private wait(reason: string, message: string): void {
    this.become({ waiting: { reason, message } });
  }

  private become(state: ContainerState): void {
    this.state = state;
    this.changed();
  }
}

async function exitCodeOf({ process }: Launch): Promise<number> {
  const { child } = process;
  // It may have ended while its record was written.
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const { signalCode } = child;
  // As a shell reports it: 128 and the signal's number.
  return child.exitCode ?? 128 + (signalCode === null ? 0 : constants.signals[signalCode]);
}

function ignore(): void {
  // Output of a probe's command, or the abort of a wait: neither is news.
}
