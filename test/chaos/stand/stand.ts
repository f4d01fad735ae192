/** What all runs stand on: Temporal, a worker, a cluster with Istio, all of it the runner's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { surround } from '../../../bench/rollouts/surround.ts';
import type { RolloutStatus } from '../../../domain/rollout.ts';
import { auditFiles } from '../../../lab/control-plane/audit.ts';
import { down } from '../../../lab/down.ts';
import { labPaths, type LabPaths } from '../../../lab/paths.ts';
import { clusterProcesses } from '../../../lab/supervisor/end-cluster.ts';
import { startTemporal, stopTemporal } from '../../../lab/temporal/server.ts';
import { up } from '../../../lab/up.ts';
import type { Environment } from '../../e2e/fixtures/environment.ts';
import { settledInventory } from '../../e2e/fixtures/inventory.ts';
import { findFakeTime } from './clock.ts';
import { type Disk, mountDisk, type NoDisk } from './disk.ts';
import { installMesh } from './mesh.ts';
import { type Relay, startRelay } from './relay.ts';
import { KeptWorker } from './worker.ts';
import { latestRun } from '../../e2e/fixtures/latest-run.ts';

/** What a question about a run may wait for its answer, in ms. */
const answerLimit = 2_000;

export interface StandOptions {
  readonly name: string;
  readonly say: (line: string) => void;
}

interface Parts {
  readonly stateHome: string;
  readonly env: Environment;
  readonly client: Client;
  readonly relay: Relay;
  readonly disk: Disk | NoDisk;
  readonly fakeTime: string | null;
  readonly worker: KeptWorker;
}

export class Stand implements Parts {
  readonly name: string;
  readonly paths: LabPaths;
  readonly stateHome: string;
  readonly env: Environment;
  readonly client: Client;
  readonly relay: Relay;
  readonly disk: Disk | NoDisk;
  readonly fakeTime: string | null;
  readonly worker: KeptWorker;
  /** Objects of the cluster before the first rollout on it. */
  before: readonly string[] = [];
  /** Names of the processes that it consisted of. */
  processesBefore: readonly string[] = [];
  private readonly say: (line: string) => void;

  private constructor({ name, say }: StandOptions, parts: Parts) {
    this.name = name;
    this.say = say;
    this.paths = labPaths(name);
    this.stateHome = parts.stateHome;
    this.env = parts.env;
    this.client = parts.client;
    this.relay = parts.relay;
    this.disk = parts.disk;
    this.fakeTime = parts.fakeTime;
    this.worker = parts.worker;
  }

  /** Brings everything up but the cluster; nothing stays when that fails. */
  static async up(options: StandOptions): Promise<Stand> {
    const stateHome = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
    surround(stateHome);
    const surroundings = {
      XDG_STATE_HOME: stateHome,
      XDG_CONFIG_HOME: stateHome,
      TEMPORAL_CONFIG_FILE: undefined,
    };
    const { root, temporal: database } = labPaths(options.name);
    const disk = await mountDisk(database);
    try {
      const { address } = await startTemporal({ stateDir: root, onProgress: options.say });
      const relay = await startRelay(Number(address.split(':')[1]));
      const client = new Client({ connection: await Connection.connect({ address }) });
      const fakeTime = await findFakeTime();
      const workerEnv = { ...surroundings, TEMPORAL_ADDRESS: relay.address, SLUICE_LAB_AUDIT: '1' };
      const worker = new KeptWorker({ directory: stateHome, env: workerEnv, fakeTime });
      const env = { ...surroundings, TEMPORAL_ADDRESS: address };
      return new Stand(options, { stateHome, env, client, relay, disk, fakeTime, worker });
    } catch (error) {
      await removeLab(options, disk, stateHome);
      throw error;
    }
  }

  /** Starts cluster and mesh, where they are not up. */
  async bringCluster(): Promise<void> {
    if (this.before.length > 0) return;
    const lab = await up({ name: this.name, only: 'cluster', audit: true, onProgress: this.say });
    this.say('installing Istio');
    await installMesh(lab);
    this.before = await settledInventory(this.paths.kubeconfig);
    this.processesBefore = (await clusterProcesses(this.paths)).map(({ name }) => name).sort();
  }

  /** Removes the cluster, if there is one. */
  async removeCluster(): Promise<void> {
    this.before = [];
    await down({ name: this.name, only: 'cluster', onProgress: this.say });
  }

  /** Where the cluster's API server logs its requests. */
  get auditLog(): string {
    return auditFiles(this.paths).log;
  }

  /** Run id of the latest run of a workflow; null if there is none. */
  async latestRun(workflowId: string): Promise<string | null> {
    return await latestRun(this.client, workflowId);
  }

  /** The status of a rollout; throws when there is no answer at once. */
  async ask(workflowId: string): Promise<RolloutStatus> {
    const { connection, workflow } = this.client;
    return await connection.withDeadline(Date.now() + answerLimit, () =>
      workflow.getHandle(workflowId).query<RolloutStatus>('status'),
    );
  }

  /** Starts the Temporal server where it does not run, and waits until it serves. */
  async ensureTemporal(): Promise<void> {
    await startTemporal({ stateDir: this.paths.root });
  }

  async down(): Promise<void> {
    await this.worker.stop();
    await this.client.connection.close();
    await this.relay.close();
    await removeLab({ name: this.name, say: this.say }, this.disk, this.stateHome);
  }
}

/** A disk can be unmounted once its database is closed, and removed once it is unmounted. */
async function removeLab({ name, say }: StandOptions, disk: Disk | NoDisk, stateHome: string): Promise<void> {
  await stopTemporal({ stateDir: labPaths(name).root });
  if ('unmount' in disk) await disk.unmount();
  await down({ name, onProgress: say });
  await rm(stateHome, { recursive: true, force: true });
}
