import { resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { useAsItIs } from '../../domain/plan.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadKubeConfig } from '../kubernetes/kubeconfig.ts';
import type { ClusterProvider, SpecOf } from './provider.ts';

/** An existing cluster, reached by a kubeconfig of the worker's machine. */
export function kubeconfigProvider({
  clients,
}: Pick<ActivityDeps, 'clients'>): ClusterProvider<SpecOf<'kubeconfig'>> {
  return {
    async plan(spec) {
      const { name } = await this.ensure(spec);
      return useAsItIs(`the cluster of kubeconfig context ${name}`);
    },

    async ensure(spec) {
      const connection = connectionOf(spec);
      await clients(connection).version();
      return connection;
    },

    remove({ name }) {
      throw ApplicationFailure.nonRetryable(
        `cluster ${name} was there before the rollout: it is not Sluice's to delete`,
        FailureType.invalidTarget,
      );
    },
  };
}

/** Names the context even where the spec leaves it open: a later `kubectl config use-context` must not move a run. */
function connectionOf({ path, context }: SpecOf<'kubeconfig'>): ClusterConnection {
  const kubeconfig = path === null ? null : resolve(path);
  const current = loadKubeConfig({ kubeconfig, context }).getCurrentContext();
  return {
    provider: 'kubeconfig',
    name: current,
    kubeconfig,
    context: current,
    created: false,
    prometheus: null,
    istio: null,
  };
}
