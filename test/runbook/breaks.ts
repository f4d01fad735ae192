/** For each row of docs/runbook.md, a change that breaks its step, and the test that has to notice. */
export interface Break {
  readonly row: number;
  readonly says: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly test: string;
}

export const breaks: readonly Break[] = [
  {
    row: 1,
    says: 'missing credentials are no reason to stop',
    file: 'activities/cluster/eks/preflight/identity.ts',
    from: "    throw messageOf(error).includes('ENOTFOUND') ? noSuchRegion(region, messageOf(error)) : error;",
    to: "    return { account: String(error), arn: '', region };",
    test: 'test/activities/cluster/eks/create.test.ts',
  },
  {
    row: 2,
    says: 'nodes are not made',
    file: 'activities/cluster/eks/ensure.ts',
    from: '  await ensureNodeGroupStack(errand, spec);\n  await awaitAddOns(errand);',
    to: '  await awaitAddOns(errand);',
    test: 'test/activities/cluster/eks/create.test.ts',
  },
  {
    row: 2,
    says: 'a node that is not Ready is as good as any',
    file: 'activities/cluster/readiness.ts',
    from: "if (ready?.status === 'True') return null;",
    to: 'if (ready !== null) return null;',
    test: 'test/activities/cluster/readiness.test.ts',
  },
  {
    row: 3,
    says: 'blocking findings do not block',
    file: 'activities/mesh/precheck.ts',
    from: "if (isBlocking && findings.some(({ level }) => level === 'Error')) throw blocked(findings);",
    to: "if (isBlocking && findings.some(({ level }) => level === 'Fatal')) throw blocked(findings);",
    test: 'test/activities/mesh/precheck.test.ts',
  },
  {
    row: 4,
    says: 'the profile is not passed on',
    file: 'activities/mesh/install.ts',
    from: '[`profile=${mesh.profile}`, ...(connection.istio?.set ?? []), ...own]',
    to: '[...(connection.istio?.set ?? []), ...own]',
    test: 'test/activities/mesh/install.test.ts',
  },
  {
    row: 4,
    says: 'gateways are not waited for',
    file: 'activities/mesh/verify.ts',
    from: '(gateways[profile] ?? [])',
    to: '(gateways[`no ${profile}`] ?? [])',
    test: 'test/activities/mesh/verify.test.ts',
  },
  {
    row: 5,
    says: 'the namespace is not labelled',
    file: 'activities/mesh/injection.ts',
    from: "labels: { [injectionLabel]: 'enabled' },",
    to: 'labels: {},',
    test: 'test/activities/mesh/injection.test.ts',
  },
  {
    row: 6,
    says: 'the last object is left out',
    file: 'activities/application/apply.ts',
    from: 'applyEach(client, objects, () =>',
    to: 'applyEach(client, objects.slice(0, -1), () =>',
    test: 'test/activities/application/apply.test.ts',
  },
  {
    row: 6,
    says: 'pods without a sidecar are fine',
    file: 'activities/application/readiness.ts',
    from: '  if (bare.length === 0) return;',
    to: '  if (bare.length >= 0) return;',
    test: 'test/activities/application/readiness.test.ts',
  },
  {
    row: 7,
    says: 'any answer will do',
    file: 'activities/application/pod-check.ts',
    from: 'if (exitCode === 0 && stdout.includes(check.expect)) return',
    to: 'if (exitCode === 0) return',
    test: 'test/activities/application/pod-check.test.ts',
  },
  {
    row: 8,
    says: 'host names of load balancers are overlooked',
    file: 'domain/load-balancer.ts',
    from: 'ingress?.hostname ?? ingress?.ip ?? null',
    to: 'ingress?.ip ?? null',
    test: 'test/activities/application/outside-check.test.ts',
  },
  {
    row: 9,
    says: 'add-ons are not waited for',
    file: 'activities/mesh/addons/await.ts',
    from: 'return found.length === 0 ? { done: true }',
    to: 'return found.length >= 0 ? { done: true }',
    test: 'test/activities/mesh/addons.test.ts',
  },
  {
    row: 10,
    says: 'the Service stays as the manifest has it',
    file: 'activities/mesh/addons/manifests.ts',
    from: "type: 'LoadBalancer'",
    to: "type: 'ClusterIP'",
    test: 'test/activities/mesh/addons.test.ts',
  },
  {
    row: 11,
    says: 'proxies are not waited for',
    file: 'activities/traffic/apply-subsets.ts',
    from: 'lackOf: (dump) => clusterLack(dump, services, namespace),',
    to: 'lackOf: (dump) => clusterLack(dump, services, namespace) && null,',
    test: 'test/activities/traffic/apply-subsets.test.ts',
  },
  ...[12, 13, 14, 15].map((row) => ({
    row,
    says: 'routes keep the weights they had',
    file: 'manifests/virtual-service.ts',
    from: 'weighDestinations(route, host, weights));',
    to: 'route.length > 0 ? route : weighDestinations(route, host, weights));',
    test: 'test/activities/traffic/shift-traffic.test.ts',
  })),
  {
    row: 16,
    says: 'the mesh is not removed',
    file: 'domain/removal.ts',
    from: "...(created.mesh ? [{ name: 'mesh' } as const] : []),",
    to: '',
    test: 'test/domain/removal.test.ts',
  },
  {
    row: 16,
    says: 'what istiod wrote into other namespaces stays',
    file: 'activities/mesh/uninstall.ts',
    from: '  await removeLeftovers(client);',
    to: '',
    test: 'test/activities/mesh/install.test.ts',
  },
  {
    row: 16,
    says: 'the load balancers of an EKS cluster stay',
    file: 'activities/cluster/eks/remove.ts',
    from: '  if (network !== null) await removeLoadBalancers(errand, network, released);',
    to: '  log.debug(String(removeLoadBalancers.length + released));',
    test: 'test/activities/cluster/eks/remove.test.ts',
  },
];
