import { Context } from '@temporalio/activity';
import { messageOf } from '../../../domain/message-of.ts';
import type { SequentialGateSpec, SubsetSpec } from '../../../domain/spec/document.ts';
import type { ClusterClient } from '../../kubernetes/index.ts';
import { fullNamePrefix, readClusterName } from '../../proxies/cluster-name.ts';
import { askEndpoints } from '../../proxies/endpoints.ts';
import { listProxies } from '../../proxies/proxies.ts';
import { podsBehind, readService } from '../../traffic/service-pods.ts';
import { identitiesByLabels, identitiesWithPods, indistinct } from '../counters/identity.ts';
import type { CounterReading } from '../counters/counter.ts';
import { createProxyCounters, type ProxyQuestion } from '../counters/proxies.ts';
import { countedService } from '../counters/read-counters.ts';
import { checkCopies } from './check-copies.ts';
import type { CheckTarget, Finding } from './finding.ts';

/** Proxies that are asked whether requests went uncounted, and how long each may take, in ms. */
const asked = 16;
const answerTimeout = 2_000;

export interface CountingSource {
  readonly client: () => ClusterClient;
  readonly namespace: string;
}

/**
 * Finds out whether a gate can count: Istio's metrics have to tell the subsets apart, which is a problem where they do not, and
 * the calling proxies have to have them, which may yet change and is a warning.
 */
export async function checkCounting(
  { client, namespace }: CountingSource,
  gate: SequentialGateSpec,
  targets: readonly CheckTarget[],
): Promise<Finding[]> {
  const hosts = Map.groupBy(targets, ({ target }) => target.host);
  const found = [...hosts].map(async ([host, own]) => {
    const copied = own.find(({ isCopied }) => isCopied === true)?.target.subset;
    return checkHost(client(), namespace, gate, host, subsetsOf(own), copied);
  });
  return (await Promise.all(found)).flat();
}

/** The subsets that are judged and those that they are compared with, each once. */
function subsetsOf(targets: readonly CheckTarget[]): SubsetSpec[] {
  const all = targets.flatMap(({ target, stable }) => (stable === null ? [target] : [target, stable]));
  const named = all.map(({ subset, ...rest }) => [subset, { name: subset, ...rest }] as const);
  return [...new Map(named).values()];
}

async function checkHost(
  client: ClusterClient,
  namespace: string,
  { source }: SequentialGateSpec,
  host: string,
  subsets: readonly SubsetSpec[],
  copied?: string,
): Promise<Finding[]> {
  const service = await readService(client, namespace, host);
  const pods = (service && (await podsBehind(client, service))) ?? [];
  const identities = identitiesWithPods(identitiesByLabels({ subsets }), subsets, pods);
  const twins = indistinct(identities);
  if (twins !== null && subsets.every((subset) => subset.service === undefined)) {
    const text = `the pods of ${twins.join(' and ')} of ${host} have the same version, workload and canonical revision: Istio's metrics do not tell them apart; give each a label version of its own`;
    return [{ isProblem: true, text }];
  }
  if (source !== 'proxies') return [];
  const counted = countedService({ host, subsets, stable: '' }, identities);
  const question = { client, namespace, durations: false, services: () => [counted] };
  const blind = copied === undefined ? [] : await checkCopies({ ...question, copied: { [host]: copied } });
  return [...blind, ...(await checkMetrics(question, host))];
}

/** Whether the calling proxies have Istio's metrics of the host, which may yet change. */
async function checkMetrics(question: ProxyQuestion, host: string): Promise<Finding[]> {
  const { client, namespace } = question;
  if (isCounted(await readAll(question))) return [];
  const requests = await requestsTo(client, namespace, host);
  // Those that came since the first reading are in the second one.
  const reading = await readAll(question);
  return isCounted(reading) ? [] : [uncounted(host, requests, reading)];
}

/** Asks every proxy once. */
async function readAll(question: ProxyQuestion): Promise<CounterReading> {
  return createProxyCounters(question).read();
}

function isCounted({ proxies }: CounterReading): boolean {
  return proxies.some(({ counters }) => counters.length > 0);
}

/** Tells a mesh that counts nothing from a service without requests, and both from proxies that did not answer. */
function uncounted(host: string, requests: number, { trouble }: CounterReading): Finding {
  if (requests === 0 && trouble !== null) {
    const text = `it is not known whether proxies count requests to ${host}: ${trouble}; the gate stays inconclusive until one shows that it does`;
    return { isProblem: false, text };
  }
  if (requests === 0) {
    const text = `no proxy has counted requests to ${host} yet: the gate stays inconclusive until one does`;
    return { isProblem: false, text };
  }
  const text = `proxies have sent ${requests} requests to ${host} and counted none: Istio's request metrics seem to be off; enable REQUEST_COUNT in the Telemetry of the callers, or judge by a gate with a source of its own`;
  return { isProblem: false, text };
}

async function requestsTo(client: ClusterClient, namespace: string, host: string): Promise<number> {
  const prefix = fullNamePrefix(host, namespace);
  const proxies = (await listProxies(client)).slice(0, asked);
  const counts = await Promise.all(
    proxies.map(async (proxy) => {
      try {
        const clusters = await askEndpoints(client, proxy, `^outbound[|].*${prefix}`, answerTimeout);
        const own = clusters.filter(({ name }) => readClusterName(name, prefix) !== null);
        return own.reduce((sum, { requests }) => sum + requests, 0);
      } catch (error) {
        Context.current().cancellationSignal.throwIfAborted();
        Context.current().log.info(`a proxy does not tell its endpoints: ${messageOf(error)}`);
        return 0;
      }
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
