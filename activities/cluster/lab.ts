import * as z from 'zod';
import { useAsItIs } from '../../domain/plan.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ActivityDeps } from '../deps.ts';
import { createdHere } from './created-here.ts';
import type { ClusterProvider, SpecOf } from './provider.ts';
import { runLab } from './run-lab.ts';

/** What `lab up --output json` says of the cluster. */
const labAnswer = z.object({
  name: z.string(),
  kubeconfig: z.string(),
  context: z.string(),
  prometheus: z.string().nullable(),
  istio: z.object({ set: z.array(z.string()) }),
});

/** The embedded lab, by its command line: it is a program of its own. */
export function labProvider(
  deps: Pick<ActivityDeps, 'labCommand' | 'clients'>,
): ClusterProvider<SpecOf<'lab'>> {
  return {
    plan({ name }) {
      return Promise.resolve(useAsItIs(`the embedded lab ${name}, which is started where it is not up`));
    },

    async ensure({ name }) {
      const words = ['up', '--only', 'cluster', '--name', name, '--output', 'json'];
      const stdout = await runLab(deps.labCommand, words);
      const connection = connectionOf(labAnswer.parse(JSON.parse(stdout)));
      return { ...connection, created: await createdHere(deps.clients(connection)) };
    },

    async remove({ name }) {
      await runLab(deps.labCommand, ['down', '--only', 'cluster', '--name', name]);
      return true;
    },
  };
}

function connectionOf({
  name,
  kubeconfig,
  context,
  prometheus,
  istio,
}: z.output<typeof labAnswer>): ClusterConnection {
  return { provider: 'lab', name, kubeconfig, context, created: false, prometheus, istio };
}
