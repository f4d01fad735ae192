import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuthenticationV1Api, CoreV1Api, KubeConfig, V1SelfSubjectReview } from '@kubernetes/client-node';
import { MockActivityEnvironment } from '@temporalio/testing';
import { parse } from 'yaml';
import { eksConfig } from '../../activities/kubernetes/eks-config.ts';
import type { LabDescription } from '../../lab/up.ts';
import { Aws } from './fixtures/aws.ts';
import { Lab } from './fixtures/lab.ts';
import { requestsSince } from './fixtures/requests-since.ts';
import { bookinfoOnEks, Rollout } from './fixtures/rollout.ts';

jest.setTimeout(45 * 60_000);

const cluster = 'ekslab';
const id = `rollout/${cluster}.us-west-1/default/reviews`;

/** Set values as a spec has them. */
function valuesOf({ istio }: LabDescription): Record<string, string> {
  return Object.fromEntries(
    (istio?.set ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)) as [string, string][],
  );
}

/** Names of the contexts of a kubeconfig. */
async function contextsOf(file: string): Promise<string[]> {
  const { contexts = [] } = parse(await readFile(file, 'utf8')) as { contexts?: { name: string }[] };
  return contexts.map(({ name }) => name);
}

describe('the whole runbook on EKS', () => {
  let aws: Aws;
  let lab: Lab;
  let described: LabDescription;

  beforeAll(async () => {
    aws = await Aws.up();
    lab = await Lab.up('eks', await aws.environment());
    described = await aws.serve(lab, cluster);
  });

  afterAll(async () => {
    await lab.down();
    await aws.down();
  });

  it('creates, installs, deploys, moves traffic in four stages, and takes all of it back', async () => {
    const before = await aws.inventory();
    const kubeconfig = join(lab.stateHome, 'user-kubeconfig');
    const spec = await bookinfoOnEks(lab, { hold: '10s', kubeconfig, set: valuesOf(described) });

    const plan = await lab.sluice('plan', spec);
    expect(plan).toMatchObject({ exitCode: 0 });
    expect(await aws.inventory()).toEqual(before);

    const rollout = await Rollout.start(lab, spec, id);
    const load = await lab.load(50);
    const { exitCode, result, endedAt } = await rollout.end();

    expect(result).toMatchObject({ outcome: 'Promoted', weights: { reviews: { v3: 100 } } });
    expect(exitCode).toBe(0);
    expect(result.stages.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass']);
    await requestsSince(load, endedAt);
    expect(Object.keys(load.counts(endedAt, Infinity).byVersion)).toEqual(['v3']);
    expect(await contextsOf(kubeconfig)).toEqual([`sluice@${cluster}.us-west-1.eksctl.io`]);
    const { clusters, stacks } = await aws.inventory();
    expect(clusters).toEqual([cluster]);
    expect(stacks).toEqual([`eksctl-${cluster}-cluster`, `eksctl-${cluster}-nodegroup-workers`]);
    for (const stack of stacks ?? []) expect(plan.stdout).toContain(`+ stack ${stack} (`);
    await load.stop();

    const teardown = await lab.sluice('teardown', id);
    expect(teardown).toMatchObject({ exitCode: 0 });
    expect(await aws.inventory()).toEqual(before);
    expect(await contextsOf(kubeconfig)).toEqual([]);
    const namespaces = await namespacesOf(described);
    expect(namespaces).not.toContain('istio-system');
  });

  it('has tokens that the API server takes from whom they are, for the cluster that they are for', async () => {
    const ours = await tokenConfig(cluster);
    // Tokens are made when a request needs one, which is within an activity.
    const { status } = await inActivity(() =>
      ours.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: new V1SelfSubjectReview() }),
    );
    expect(status?.userInfo?.username).toBe(`arn:aws:iam::${aws.account}:root`);

    const theirs = await tokenConfig('another-cluster');
    const listing = inActivity(() => theirs.makeApiClient(CoreV1Api).listNamespace());
    await expect(listing).rejects.toMatchObject({ code: 401 });
  });

  async function inActivity<T>(work: () => Promise<T>): Promise<T> {
    return await new MockActivityEnvironment().run<[], T, () => Promise<T>>(work);
  }

  /** The lab's API server by a token that was made for a cluster of that name. */
  async function tokenConfig(name: string): Promise<KubeConfig> {
    await aws.provideCluster(name);
    return await inActivity(() => eksConfig(aws.clients, name));
  }

  async function namespacesOf({ kubeconfig }: LabDescription): Promise<string[]> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig ?? '');
    const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
    return items.map(({ metadata }) => metadata?.name ?? '');
  }
});
