/** The worker, as a machine's init system runs it: started again whenever it ends. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessRecord } from '../../../lab/process/identity.ts';
import { readRecords } from '../../../lab/process/record-file.ts';
import { startProcess, type StartedProcess } from '../../../lab/process/start.ts';
import { keepRunning, type KeptPart } from '../../../lab/supervisor/keep-running.ts';
import type { Environment } from '../../e2e/fixtures/environment.ts';
import { clockEnvironment, setClock } from './clock.ts';

const program = join(import.meta.dirname, '../../../worker/main.ts');

export interface WorkerOptions {
  /** Of logs, records and the clock. */
  readonly directory: string;
  readonly env: Environment;
  /** Path of libfaketime; null where there is none. */
  readonly fakeTime: string | null;
}

export class KeptWorker {
  /** Whether its clock can jump. */
  hasClock = false;
  private readonly options: WorkerOptions;
  private readonly records: string;
  private readonly clock: string;
  private kept: KeptPart | null = null;
  private starts = 0;
  private isReady = false;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.records = join(options.directory, 'worker.json');
    this.clock = join(options.directory, 'clock');
  }

  /** Starts it, or starts it anew with another clock; returns when it polls. */
  async start({ hasClock }: { readonly hasClock: boolean }): Promise<void> {
    if (this.kept !== null && this.hasClock === hasClock) return;
    await this.stop();
    this.hasClock = hasClock;
    await this.setClock(0);
    const part = { name: 'worker', command: process.execPath, args: [program], probe: () => this.probe() };
    this.kept = keepRunning(part, {
      start: () => this.launch(),
      recordFile: this.records,
      onState: (state) => void (this.isReady = state === 'ready'),
    });
    await this.kept.ready;
  }

  /** Sets its clock off by so many milliseconds. */
  async setClock(by: number): Promise<void> {
    await setClock(this.clock, by);
  }

  async process(): Promise<ProcessRecord | undefined> {
    return (await readRecords(this.records)).find(isAlive);
  }

  ready(): boolean {
    return this.isReady;
  }

  /** Ends it as an init system does: SIGTERM, later SIGKILL. */
  async stop(): Promise<void> {
    await this.kept?.stop();
    this.kept = null;
  }

  private get logFile(): string {
    return join(this.options.directory, `worker-${this.starts}.log`);
  }

  private async launch(): Promise<StartedProcess> {
    const { env, fakeTime } = this.options;
    this.starts += 1;
    const clock = this.hasClock && fakeTime !== null ? clockEnvironment(fakeTime, this.clock) : {};
    return await startProcess({
      name: 'worker',
      command: process.execPath,
      args: [program],
      env: { ...process.env, ...env, ...clock },
      logFile: this.logFile,
      detached: true,
      recordFile: this.records,
    });
  }

  private async probe(): Promise<void> {
    if (!(await readFile(this.logFile, 'utf8')).includes('worker ready'))
      throw new Error('does not poll yet');
  }
}
