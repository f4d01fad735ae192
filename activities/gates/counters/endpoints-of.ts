import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import { fullNamePrefix, readClusterName } from '../../proxies/cluster-name.ts';
import { askEndpoints, type ClusterEndpoints } from '../../proxies/endpoints.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import type { SubsetEndpoints } from './counter.ts';
import type { KnownProxy } from './known-proxies.ts';
import type { Counted, CountedService } from './read-counters.ts';

/** Longest wait for one proxy's answer, in ms: a verdict waits for it. */
const answerTimeout = 2_000;

/** Proxies asked at a time. */
const concurrency = 16;

/** How proxies see the endpoints of the counted services' subsets, by proxy; one that does not answer is absent. */
export async function endpointsOf(
  { client, namespace, services }: Counted & { readonly client: ClusterClient },
  proxies: readonly KnownProxy[],
): Promise<ReadonlyMap<string, readonly SubsetEndpoints[]>> {
  const nameRegex = `^outbound[|].*[.]${namespace}[.]svc[.]`;
  const counted = services();
  const answers = await pLimit(concurrency).map(proxies, async ({ key, proxy }) => {
    try {
      const clusters = await askEndpoints(client, proxy, nameRegex, answerTimeout);
      return [[key, subsetsIn(clusters, counted, namespace)] as const];
    } catch {
      Context.current().cancellationSignal.throwIfAborted();
      // Whose the failures are stays open then.
      return [];
    }
  });
  return new Map(answers.flat());
}

function subsetsIn(
  clusters: readonly ClusterEndpoints[],
  services: readonly CountedService[],
  namespace: string,
): SubsetEndpoints[] {
  return services.flatMap(({ host }) => {
    const prefix = fullNamePrefix(host, namespace);
    return clusters.flatMap(({ name, healthy, isLimited, isSaturated }) => {
      const read = readClusterName(name, prefix);
      if (read === null || read.subset === '') return [];
      return [{ host, subset: read.subset, healthy, isLimited, isSaturated }];
    });
  });
}
