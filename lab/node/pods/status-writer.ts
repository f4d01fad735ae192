import { setTimeout as sleep } from 'node:timers/promises';
import { mergePatch, reasonOf, statusOf, type Clients } from '../api/clients.ts';
import type { Log } from '../settings.ts';
import type { PodStatus } from '../api/models.ts';

const retryDelay = 500;

interface PodName {
  name: string;
  namespace: string;
  uid: string;
}

/** Writes a pod's newest status to the API, one write at a time, until it is there or the pod is gone. */
export class StatusWriter {
  private readonly clients: Clients;
  private readonly pod: PodName;
  private readonly compute: () => PodStatus;
  private readonly log: Log;
  private wanted = 0;
  private written = 0;
  private writing: Promise<void> | undefined;
  private stopped = false;

  constructor(clients: Clients, pod: PodName, compute: () => PodStatus, log: Log) {
    this.clients = clients;
    this.pod = pod;
    this.compute = compute;
    this.log = log;
  }

  /** Asks for a write; settles once a status computed from now on is written. */
  write(): Promise<void> {
    this.wanted++;
    this.writing ??= this.loop().finally(() => (this.writing = undefined));
    return this.writing;
  }

  stop(): void {
    this.stopped = true;
  }

  private async loop(): Promise<void> {
    // Several changes of one turn of the event loop make one write.
    await Promise.resolve();
    while (!this.stopped && this.written < this.wanted) {
      const version = this.wanted;
      if (await this.attempt()) this.written = version;
      else await sleep(retryDelay);
    }
  }

  private async attempt(): Promise<boolean> {
    const { name, namespace, uid } = this.pod;
    try {
      // The uid makes the write fail when another pod has the name by now.
      const body = { metadata: { uid }, status: this.compute() };
      await this.clients.core.patchNamespacedPodStatus({ name, namespace, body }, mergePatch);
      return true;
    } catch (error) {
      // Gone or replaced: nobody wants this status any more. An API server that is away or busy comes back.
      const status = statusOf(error);
      if (status === 404 || status === 409) return true;
      if (status === undefined || status === 429 || status >= 500) return false;
      this.log(`node: the status of ${namespace}/${name} was refused: ${reasonOf(error)}`);
      return true;
    }
  }
}
