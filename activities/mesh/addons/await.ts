import { addons, addonUrl, deploymentOf, serviceOf, type AddonName } from '../../../domain/addons.ts';
import { defaultDeploymentTimeout } from '../../../domain/defaults.ts';
import { balancerHost, httpUrl } from '../../../domain/load-balancer.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { AddonsSpec } from '../../../domain/spec/document.ts';
import type { ClusterClient } from '../../kubernetes/client.ts';
import { deploymentLack } from '../../kubernetes/deployment.ts';
import { warningsOf } from '../../kubernetes/events.ts';
import { describeRef, type Deployment, type Service } from '../../kubernetes/object.ts';
import { waitUntil, type Look } from '../../kubernetes/wait.ts';
import { explainWorkload } from '../../kubernetes/workload.ts';

/** Longest wait for the address of a load balancer: a cloud takes minutes to make one. */
const addressTimeout = 10 * 60_000;

/** Waits until add-ons are Available and the exposed ones have an address; where people find those, by name. */
export async function awaitAddons(
  client: ClusterClient,
  { install, expose }: AddonsSpec,
  namespace: string,
): Promise<Record<string, string>> {
  const timeout = defaultDeploymentTimeout;
  await waitUntil({ until: 'the add-ons are Available', timeout }, () => lookAtDeployments(client, install));
  const until = `the Services of ${expose.join(', ')} have an address`;
  return await waitUntil({ until, timeout: addressTimeout }, () =>
    lookAtAddresses(client, expose, namespace),
  );
}

async function lookAtDeployments(client: ClusterClient, names: readonly AddonName[]): Promise<Look<true>> {
  const lacks = await Promise.all(names.map((name) => lackOf(client, deploymentOf(name))));
  const found = lacks.filter((lack) => lack !== null);
  return found.length === 0 ? { done: true } : { missing: found.join('; ') };
}

async function lackOf(client: ClusterClient, ref: ObjectRef): Promise<string | null> {
  const deployment = await client.read<Deployment>(ref);
  if (deployment === null) return `there is no ${describeRef(ref)}`;
  const lack = deploymentLack(deployment);
  return lack === null ? null : await explainWorkload(client, deployment, lack);
}

async function lookAtAddresses(
  client: ClusterClient,
  names: readonly AddonName[],
  namespace: string,
): Promise<Look<Record<string, string>>> {
  const found = await Promise.all(names.map(async (name) => [name, await baseOf(client, name)] as const));
  const lacking = found.filter(([, base]) => base === null);
  if (lacking.length > 0) {
    const reasons = await Promise.all(lacking.map(([name]) => explain(client, name)));
    return { missing: reasons.join('; ') };
  }
  const urls = found.map(([name, base]) => [name, addonUrl(name, base ?? '', namespace)] as const);
  return { done: Object.fromEntries(urls) };
}

/** Base URL of an exposed add-on; null while its load balancer has no address. */
async function baseOf(client: ClusterClient, name: AddonName): Promise<string | null> {
  const service = await client.read<Service>(serviceOf(name));
  const host = service === null ? null : balancerHost(service);
  return host === null ? null : httpUrl(host, addons[name].port);
}

async function explain(client: ClusterClient, name: AddonName): Promise<string> {
  const ref = serviceOf(name);
  return [`${describeRef(ref)} has no address yet`, ...(await warningsOf(client, ref))].join(', ');
}
