import type { ClusterConnection } from '../domain/rollout.ts';
import type { AwsClients, AwsSource } from './aws/clients.ts';
import type { ClusterClient } from './kubernetes/client.ts';
import type { ReleaseSource } from './mesh/release/index.ts';

/** What activities need of the worker that runs them; a test gives its own. */
export interface ActivityDeps {
  /** The lab's command line as a child process: program first, then its leading arguments. */
  readonly labCommand: readonly string[];
  /** Whether that run of that workflow is an open rollout. */
  readonly isOpen: (workflowId: string, runId: string) => Promise<boolean>;
  /** Ids of the open rollouts on a cluster, by any of the names that specs may give it. */
  readonly openRollouts: (clusterNames: readonly string[]) => Promise<string[]>;
  /** Aborts when the worker is to end: what can go on elsewhere is handed over at once. */
  readonly draining: AbortSignal;
  /** How a cluster is reached. */
  readonly clients: (connection: ClusterConnection) => ClusterClient;
  /** How AWS is reached. */
  readonly aws: (source: AwsSource) => AwsClients;
  /** Where releases of Istio are found. */
  readonly istio: ReleaseSource;
}
