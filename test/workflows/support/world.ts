/** A cluster that exists in memory only: activities that note what is asked of them and behave as a test says. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Activities } from '../../../activities/index.ts';
import { useAsItIs } from '../../../domain/plan.ts';
import type { ClusterConnection, ObjectRef, Verdict, Weights } from '../../../domain/rollout.ts';
import type { Document } from '../../../domain/spec/document.ts';

export type ActivityName = keyof Activities;
type Arguments<Name extends ActivityName> = Parameters<Activities[Name]>[0];
type Answer<Name extends ActivityName> = Awaited<ReturnType<Activities[Name]>>;

/** Answers that differ from those of a healthy cluster. */
export type Behaviour = {
  [Name in ActivityName]?: (...args: Parameters<Activities[Name]>) => ReturnType<Activities[Name]>;
};

const connection: ClusterConnection = {
  provider: 'lab',
  name: 'test',
  kubeconfig: null,
  context: null,
  created: true,
  prometheus: 'http://127.0.0.1:9090',
  istio: null,
};

const object = (kind: string, name: string): ObjectRef => ({
  apiVersion: 'v1',
  kind,
  name,
  namespace: 'default',
});

/** Ready pods that the stable subsets have. */
export const capacity = { ratings: 1, reviews: 3 };

export class World {
  /** Names of activities in the order in which they began; a repeated attempt is there again. */
  readonly calls: ActivityName[] = [];
  /** Weights in the order in which they were applied. */
  readonly shifts: Weights[] = [];
  /** Weights of every host now. */
  traffic: Weights = {};
  readonly removed: string[] = [];
  readonly watches: Arguments<'watchStage'>[] = [];
  /** Events that people were told of. */
  readonly told: string[] = [];
  /** Arguments of every shift, those that put traffic back included. */
  readonly shiftArguments: Arguments<'shiftTraffic'>[] = [];
  readonly activities: Activities;

  constructor(behaviour: Behaviour = {}) {
    this.activities = this.noting({ ...this.healthy(), ...behaviour });
  }

  private noting(activities: Activities): Activities {
    const noted = Object.entries(activities).map(([name, act]) => [
      name,
      (args: never) => {
        this.calls.push(name as ActivityName);
        return (act as (args: never) => unknown)(args);
      },
    ]);
    return Object.fromEntries(noted) as Activities;
  }

  private healthy(): Activities {
    const nothing = () => Promise.resolve();
    return {
      resolveSpec: ({ document }) => Promise.resolve(document as Document),
      checkTeardown: () => nothing(),
      planCluster: () => Promise.resolve(useAsItIs('the lab')),
      ensureCluster: () => Promise.resolve(connection),
      awaitCluster: () => Promise.resolve({ nodes: ['lab'], pods: 1 }),
      abandonCluster: () => Promise.resolve([]),
      deleteCluster: () => this.remove('cluster').then(() => ({ removed: true })),
      installMesh: () =>
        Promise.resolve({ version: '1.29.0', created: true, revision: 'default', findings: [] }),
      labelNamespace: () => Promise.resolve({ created: true }),
      verifyMesh: () => Promise.resolve({ deployments: ['istiod'] }),
      applyAddons: () => Promise.resolve({ created: [object('Deployment', 'kiali')], exposed: [] }),
      awaitAddons: () => Promise.resolve({ addresses: { kiali: 'http://127.0.0.1:20001/kiali' } }),
      removeAddons: () => this.remove('add-ons'),
      uninstallMesh: () => this.remove('mesh'),
      unlabelNamespace: () => this.remove('label'),
      applyApplication: () => Promise.resolve({ created: [object('Deployment', 'reviews-v1')] }),
      awaitApplication: () => Promise.resolve({ workloads: ['Deployment default/reviews-v1'] }),
      checkFromPod: nothing,
      applyGateway: () => Promise.resolve({ created: [object('Gateway', 'bookinfo-gateway')] }),
      checkFromOutside: () => Promise.resolve({ addresses: { productpage: 'http://127.0.0.1/productpage' } }),
      planMeshRemoval: () => Promise.resolve({ kept: null }),
      abandonMesh: () => Promise.resolve([]),
      abandonAddons: () => Promise.resolve([]),
      abandonApplication: () => Promise.resolve([]),
      abandonGateway: () => Promise.resolve([]),
      removeObjects: ({ objects }) => this.remove(objects.map(({ kind }) => kind).join()),
      removeRoutes: ({ objects }) => this.remove(objects.map(({ kind }) => kind).join()),
      removeSubsets: ({ objects }) => this.remove(objects.map(({ kind }) => kind).join()),
      claimTargets: () => Promise.resolve({ capacity, previous: {}, warnings: [] }),
      checkGates: () => Promise.resolve({ warnings: [] }),
      lockTargets: nothing,
      releaseTargets: nothing,
      applySubsets: () => Promise.resolve({ created: [object('DestinationRule', 'reviews')], warnings: [] }),
      applyPreviews: () => Promise.resolve({ created: [object('Service', 'reviews-preview')], warnings: [] }),
      shiftTraffic: (args) => this.shift(args),
      watchStage: (args) => this.watch(args),
      lastEvidence: () => Promise.resolve([]),
      notify: (args) => this.notify(args),
    };
  }

  private remove(what: string): Promise<void> {
    this.removed.push(what);
    return Promise.resolve();
  }

  private notify({ event, stage }: Arguments<'notify'>): ReturnType<Activities['notify']> {
    this.told.push(stage ? `${event} ${stage}` : event);
    return Promise.resolve({ failed: [] });
  }

  /** Applies weights at once; the first shift makes the route. */
  shift(args: Arguments<'shiftTraffic'>): ReturnType<Activities['shiftTraffic']> {
    const { weights } = args;
    const created = this.shifts.length === 0 ? [object('VirtualService', 'reviews')] : [];
    const previous = Object.fromEntries(Object.keys(weights).map((host) => [host, this.routingOf(host)]));
    this.shiftArguments.push(args);
    this.shifts.push(weights);
    this.traffic = { ...this.traffic, ...weights };
    return Promise.resolve({
      observedAt: new Date().toISOString(),
      took: 0,
      created,
      previous,
      warnings: [],
    });
  }

  /** What a shift finds: one route by the number of the shift that wrote it, 0 for what was there before. */
  private routingOf(host: string) {
    const routed = this.shifts.filter((weights) => host in weights).length;
    return [{ virtualService: `${host}-${routed}`, namespace: 'default', routes: [] }];
  }

  /** Watches until the deadline, or until it is cancelled, and then answers with a verdict. */
  async watch(
    args: Arguments<'watchStage'>,
    verdict: Verdict = 'pass',
    reason = '',
  ): ReturnType<Activities['watchStage']> {
    this.watches.push(args);
    const end = args.deadline === null ? Infinity : Date.parse(args.deadline);
    while (Date.now() < end) {
      Context.current().heartbeat();
      await Context.current().sleep(Math.min(50, Math.max(1, end - Date.now())));
    }
    const seen = { verdict, reason, requests: 100, endedAt: new Date().toISOString(), gates: [] };
    return {
      ...seen,
      drifts: [],
      drifted: false,
      reporting: false,
      evidence: evidenceOf(this.watches.length),
    };
  }
}

/** What a world's watch hands on, by its number. */
export function evidenceOf(watch: number): Answer<'watchStage'>['evidence'] {
  return [{ reports: [], states: [], presences: [], causes: [], last: watch }];
}

/** An activity's failure that no retry cures. */
export function failure(type: string, message: string, ...details: unknown[]): Promise<never> {
  return Promise.reject(ApplicationFailure.nonRetryable(message, type, ...details));
}

/** An activity that goes on until it is cancelled. */
export async function endless(): Promise<never> {
  for (;;) {
    Context.current().heartbeat();
    await Context.current().sleep(50);
  }
}

/** Whether weights send requests to other subsets than v1. */
export function isShifted(weights: Weights): boolean {
  return (weights.reviews?.v1 ?? 100) < 100;
}
