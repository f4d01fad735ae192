/** A cluster that exists in memory only: activities that note what is asked of them and behave as a test says. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Activities } from '../../../activities/index.ts';
import type { ClusterConnection, ObjectRef, Verdict, Weights } from '../../../domain/rollout.ts';
import type { Document } from '../../../domain/spec/document.ts';

export type ActivityName = keyof Activities;
type Arguments<Name extends ActivityName> = Parameters<Activities[Name]>[0];

/** Answers that differ from those of a healthy cluster. */
export type Behaviour = { [Name in ActivityName]?: (args: Arguments<Name>) => ReturnType<Activities[Name]> };

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

export class World {
  /** Names of activities in the order in which they began; a repeated attempt is there again. */
  readonly calls: ActivityName[] = [];
  /** Weights in the order in which they were applied. */
  readonly shifts: Weights[] = [];
  /** Weights of every host now. */
  traffic: Weights = {};
  readonly removed: string[] = [];
  readonly watches: Arguments<'watchStage'>[] = [];
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
      ensureCluster: () => Promise.resolve(connection),
      awaitNodesReady: () => Promise.resolve({ nodes: ['lab'] }),
      awaitSystemPods: () => Promise.resolve({ pods: 1 }),
      deleteCluster: () => this.remove('cluster'),
      precheckMesh: () => Promise.resolve({ findings: [] }),
      installMesh: () => Promise.resolve({ version: '1.29.0', created: true }),
      labelNamespace: () => Promise.resolve({ created: true }),
      verifyMesh: () => Promise.resolve({ deployments: ['istiod'] }),
      uninstallMesh: () => this.remove('mesh'),
      unlabelNamespace: () => this.remove('label'),
      applyApplication: () => Promise.resolve({ created: [object('Deployment', 'reviews-v1')] }),
      awaitApplication: () => Promise.resolve({ deployments: ['reviews-v1'] }),
      checkFromPod: () => Promise.resolve({ title: 'Simple Bookstore App' }),
      applyGateway: () => Promise.resolve({ created: [object('Gateway', 'bookinfo-gateway')] }),
      checkFromOutside: () => Promise.resolve({ url: 'http://127.0.0.1/productpage' }),
      removeObjects: ({ objects }) => this.remove(objects.map(({ kind }) => kind).join()),
      claimTargets: nothing,
      releaseTargets: nothing,
      applySubsets: () => Promise.resolve({ created: [object('DestinationRule', 'reviews')] }),
      shiftTraffic: (args) => this.shift(args),
      watchStage: (args) => this.watch(args),
    };
  }

  private remove(what: string): Promise<void> {
    this.removed.push(what);
    return Promise.resolve();
  }

  /** Applies weights at once; the first shift makes the route. */
  shift({ weights }: Arguments<'shiftTraffic'>): ReturnType<Activities['shiftTraffic']> {
    const created = this.shifts.length === 0 ? [object('VirtualService', 'reviews')] : [];
    this.shifts.push(weights);
    this.traffic = { ...this.traffic, ...weights };
    return Promise.resolve({ observedAt: new Date().toISOString(), created });
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
    return { verdict, reason, requests: 100, endedAt: new Date().toISOString(), gates: [] };
  }
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
