/** What every trial stands on: a lab with a worker, a mesh and Bookinfo, all of it the bench's own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import {
  runRollout,
  startWorker,
  type TemporalEnvironment,
  type WorkerProcess,
} from '../../lab/demo/children.ts';
import { down } from '../../lab/down.ts';
import { changeFaults, listFaults } from '../../lab/faults/file.ts';
import { noFault } from '../../lab/faults/fault.ts';
import { parseFault } from '../../lab/faults/parse.ts';
import { labPaths } from '../../lab/paths.ts';
import { up, type LabDescription } from '../../lab/up.ts';
import { aliasService } from './alias.ts';
import { bookinfo, type PlainDocument } from './documents.ts';
import { makeCurrent } from './make-current.ts';
import { Rollout } from './rollout.ts';
import { Traffic, type Path } from './traffic.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);

export interface StandOptions {
  readonly name: string;
  readonly keep: boolean;
  /** Ends a wait of any trial. */
  readonly signal: AbortSignal;
}

export class Stand {
  readonly lab: LabDescription;
  readonly signal: AbortSignal;
  private readonly options: StandOptions;
  private readonly client: Client;
  private readonly env: TemporalEnvironment;
  private workers = 1;
  /** Of the worker that is there; null while it is not versioned. */
  private build: string | null = null;
  private worker: WorkerProcess;
  private readonly rollouts: Rollout[] = [];
  private readonly traffics: Traffic[] = [];

  private constructor(
    options: StandOptions,
    fields: {
      readonly lab: LabDescription;
      readonly client: Client;
      readonly env: TemporalEnvironment;
      readonly worker: WorkerProcess;
    },
  ) {
    this.options = options;
    this.signal = options.signal;
    this.lab = fields.lab;
    this.client = fields.client;
    this.env = fields.env;
    this.worker = fields.worker;
  }

  /** Brings everything up, by a rollout as a user would. */
  static async up(options: StandOptions): Promise<Stand> {
    const { name, signal } = options;
    const { temporal } = await up({ name, only: 'temporal', onProgress: say });
    if (temporal === null) throw new Error(`lab '${name}' started no Temporal server`);
    const env = { TEMPORAL_ADDRESS: temporal.address };
    const worker = await startWorker(env, workerLog(name, 1));
    try {
      await bringBookinfo(name, env, signal);
      const lab = await up({ name, onProgress: say });
      const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
      return new Stand(options, { lab, client, env, worker });
    } catch (error) {
      await worker.stop();
      throw error;
    }
  }

  /** Waits; ends early, by throwing, when the bench is stopped. */
  async sleep(milliseconds: number): Promise<void> {
    await sleep(Math.max(0, milliseconds), undefined, { signal: this.signal });
  }

  /** Turns faults on, as `sluice lab fault` does; all others are off. */
  async fault(...given: readonly string[]): Promise<void> {
    await setFaults(this.lab.name, given);
    await this.sleep(faultDelay);
  }

  /** Load that goes on until the trial is over. */
  async load(rate: number, path: Path = 'reviews', timeout?: number): Promise<Traffic> {
    const traffic = await Traffic.start(this.lab.name, rate, path, timeout);
    this.traffics.push(traffic);
    await this.sleep(settle);
    return traffic;
  }

  async start(document: PlainDocument): Promise<Rollout> {
    const rollout = await Rollout.start(this.client, document, this.signal);
    this.rollouts.push(rollout);
    return rollout;
  }

  /** More names for the pods of a service, each a Service of its own. */
  async alias(service: string, names: readonly string[]): Promise<void> {
    await aliasService(this.lab.name, service, names);
  }

  /**
   * Starts another worker, and ends the one that was there. With a build, the new one is that version of a worker
   * deployment, and made the current one before; without, workers are no longer versioned.
   * @returns its exit code (null when the signal ended it), and the milliseconds from the signal to its end
   */
  async replaceWorker(
    signal: 'SIGTERM' | 'SIGKILL',
    build: string | null = null,
  ): Promise<{ code: number | null; took: number }> {
    const before = this.worker;
    this.workers += 1;
    const version = build === null ? {} : { SLUICE_DEPLOYMENT: deployment, SLUICE_BUILD_ID: build };
    this.worker = await startWorker({ ...this.env, ...version }, workerLog(this.lab.name, this.workers));
    if (build !== this.build) await makeCurrent(this.client, deployment, build);
    this.build = build;
    const began = performance.now();
    const code = await before.stop(signal);
    return { code, took: Math.round(performance.now() - began) };
  }

  /** Ends what a trial left: load, faults, an open rollout, and with it traffic off the stable version. */
  async clear(): Promise<void> {
    await Promise.all(this.traffics.splice(0).map((traffic) => traffic.stop()));
    await setFaults(this.lab.name, []);
    for (const rollout of this.rollouts.splice(0)) await rollout.close();
  }

  async down(): Promise<void> {
    await this.clear();
    await this.client.connection.close();
    await this.worker.stop();
    if (!this.options.keep) await down({ name: this.lab.name, onProgress: say });
  }
}

/** Worker deployment of versioned workers. */
const deployment = 'bench';

/** Milliseconds after which load is even: connections are open, programs are compiled. */
const settle = 2_000;

/** Milliseconds after which every program has seen its fault: each looks at the file every 50 ms. */
const faultDelay = 200;

function workerLog(lab: string, number: number): string {
  return join(labPaths(lab).logs, `worker-${number}.log`);
}

async function bringBookinfo(name: string, env: Record<string, string>, signal: AbortSignal): Promise<void> {
  const spec = join(labPaths(name).root, 'bench.yaml');
  await mkdir(labPaths(name).root, { recursive: true, mode: 0o700 });
  await writeFile(spec, stringify(await bookinfo(name)));
  const { exitCode, document } = await runRollout(spec, env, signal);
  signal.throwIfAborted();
  if (exitCode !== 0) throw new Error(`Bookinfo was not brought up by ${spec}: ${JSON.stringify(document)}`);
}

async function setFaults(lab: string, given: readonly string[]): Promise<void> {
  const { faults } = labPaths(lab);
  const on = Object.keys(await listFaults(faults)).map((workload) => ({ workload, fault: noFault }));
  await changeFaults(faults, [...on, ...given.map(parseFault)]);
}
