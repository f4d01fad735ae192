import type { ClusterConnection } from '../../domain/rollout.ts';
import type { TeardownInput } from '../../workflows/messages.ts';

/** A connection to the lab as a run that found it tells it. */
export const labConnection: ClusterConnection = {
  provider: 'lab',
  name: 'default',
  kubeconfig: null,
  context: null,
  created: false,
  prometheus: null,
  istio: null,
};

/** A teardown of a run that made nothing: it takes a worker all the same. */
export const emptyTeardown: TeardownInput = {
  connection: labConnection,
  namespace: 'default',
  created: { cluster: false, mesh: false, namespaceLabel: false, objects: [] },
};
