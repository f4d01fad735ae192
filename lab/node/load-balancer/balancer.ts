import { balancerAddresses, type AddressPool } from '../addresses.ts';
import { mergePatch, reasonOf, unlessGone, type Clients } from '../api/clients.ts';
import { followObjects, type Follow } from '../api/follow.ts';
import type { Service, ServicePort } from '../api/models.ts';
import type { Log } from '../settings.ts';
import { forwardPort, type Forward } from './forward.ts';
import { targetsOf, type ReadyPod } from './targets.ts';

/** A Service of type LoadBalancer as it is served now. */
interface Served {
  service: Service;
  address: string;
  forwards: Map<string, Forward>;
  /** Changes of one Service are made one after the other. */
  busy: Promise<void>;
}

/** Gives every Service of type LoadBalancer an address and passes its ports on to the ready pods. */
export class LoadBalancer {
  private readonly clients: Clients;
  private readonly log: Log;
  private readonly pods: () => readonly ReadyPod[];
  private readonly addresses: AddressPool;
  private readonly served = new Map<string, Served>();
  private follow: Follow<Service> | undefined;

  constructor(clients: Clients, block: string, log: Log, pods: () => readonly ReadyPod[]) {
    this.clients = clients;
    this.log = log;
    this.pods = pods;
    this.addresses = balancerAddresses(block);
  }

  start(): void {
    const { core, config } = this.clients;
    this.follow = followObjects(config, '/api/v1/services', () => core.listServiceForAllNamespaces(), {
      changed: (service) => (isBalanced(service) ? this.serve(service) : this.drop(service)),
      gone: (service) => this.drop(service),
      broken: (error) => this.log(`node: the watch of services broke, starting it again: ${reasonOf(error)}`),
    });
  }

  async stop(): Promise<void> {
    await this.follow?.stop();
    await Promise.all([...this.served.values()].map((served) => this.close(served)));
  }

  private serve(service: Service): void {
    const key = service.metadata?.uid ?? '';
    const served = this.served.get(key) ?? this.admit(service);
    this.served.set(key, served);
    served.service = service;
    this.enqueue(served, async () => {
      await this.adjust(served);
      await this.report(served);
    });
  }

  private admit(service: Service): Served {
    const address = this.addresses.take(service.status?.loadBalancer?.ingress?.[0]?.ip);
    return { service, address, forwards: new Map(), busy: Promise.resolve() };
  }

  private drop(service: Service): void {
    const key = service.metadata?.uid ?? '';
    const served = this.served.get(key);
    if (served === undefined) return;
    this.served.delete(key);
    this.enqueue(served, async () => {
      await this.close(served);
      this.addresses.release(served.address);
      if (!service.metadata?.deletionTimestamp) await this.patchStatus(service, {});
    });
  }

  private enqueue(served: Served, action: () => Promise<void>): void {
    served.busy = served.busy.then(action).catch((error: unknown) => {
      this.log(`node: load balancer of ${served.service.metadata?.name ?? ''}: ${reasonOf(error)}`);
    });
  }

  /** Opens the ports the Service has now and closes those it no longer has. */
  private async adjust(served: Served): Promise<void> {
    const ports = new Map((served.service.spec?.ports ?? []).map((port) => [String(port.port), port]));
    for (const [key, forward] of served.forwards) {
      if (ports.has(key)) continue;
      served.forwards.delete(key);
      await forward.stop();
    }
    for (const [key, port] of ports) {
      if (!served.forwards.has(key)) await this.open(served, key, port);
    }
  }

  private async open(served: Served, key: string, port: ServicePort): Promise<void> {
    const targets = () => {
      const now = served.service.spec?.ports?.find((other) => other.port === port.port) ?? port;
      return targetsOf(served.service, now, this.pods());
    };
    try {
      served.forwards.set(key, await forwardPort(served.address, port.port, targets));
    } catch (error) {
      // Mostly a port below 1024: the other ports of the Service are served all the same.
      this.log(
        `node: cannot listen on ${served.address}:${port.port}: ${reasonOf(error)}; give a port above 1023`,
      );
    }
  }

  private async report({ service, address }: Served): Promise<void> {
    if (service.status?.loadBalancer?.ingress?.[0]?.ip === address) return;
    await this.patchStatus(service, { ingress: [{ ip: address, ipMode: 'VIP' }] });
  }

  private async patchStatus(service: Service, loadBalancer: object): Promise<void> {
    const { name = '', namespace = '' } = service.metadata ?? {};
    const body = { status: { loadBalancer: { ingress: null, ...loadBalancer } } };
    await unlessGone(this.clients.core.patchNamespacedServiceStatus({ name, namespace, body }, mergePatch));
  }

  private async close({ forwards }: Served): Promise<void> {
    const open = [...forwards.values()];
    forwards.clear();
    await Promise.all(open.map((forward) => forward.stop()));
  }
}

function isBalanced(service: Service): boolean {
  return service.spec?.type === 'LoadBalancer' && !service.metadata?.deletionTimestamp;
}
