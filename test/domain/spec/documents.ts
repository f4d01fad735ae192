/** Documents that are right, as plain values; tests break them one field at a time. */

const subset = (name: string) => ({ name, labels: { version: name } });

/** A canary with everything that a document may leave out left out. */
export function canary() {
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Canary',
    metadata: { name: 'checkout' },
    spec: {
      cluster: { provider: 'lab' },
      services: [
        { host: 'checkout', subsets: [subset('v1'), subset('v2')] },
        { host: 'cart', subsets: [subset('v1')] },
      ],
      gates: [{ name: 'success-rate', successRate: { min: 0.99 } }] as Record<string, unknown>[],
      stages: [
        { name: 'start', weights: { checkout: { v1: 100 }, cart: { v1: 100 } } },
        { name: 'canary', weights: { checkout: { v1: 90, v2: 10 } } },
        { name: 'all', weights: { checkout: { v2: 100 } } },
      ] as Record<string, unknown>[],
    },
  } as Record<string, unknown>;
}

/** Bookinfo's reviews through two stages. */
export function rollout() {
  const document = canary();
  return {
    ...document,
    kind: 'Rollout',
    spec: {
      ...(document.spec as object),
      application: { bundle: 'bookinfo' },
      services: [{ host: 'reviews', subsets: [subset('v1'), subset('v3')] }],
      stages: [
        { name: 'all-v1', weights: { reviews: { v1: 100 } } },
        { name: 'all-v3', weights: { reviews: { v3: 100 } } },
      ],
    } as Record<string, unknown>,
  };
}

/** One gate of every kind, with what a kind cannot do without. */
export const gates: Record<string, unknown>[] = [
  { name: 'errors', errors: {} },
  { name: 'slow', slowRequests: { over: '500ms' } },
  { name: 'success-rate', successRate: { min: 0.99 } },
  { name: 'latency', latency: { percentile: 99, max: '300ms' } },
  { name: 'orders', promql: { query: 'sum(rate(orders_total{version="{{version}}"}[{{window}}]))', min: 1 } },
  { name: 'ask', http: { url: 'http://checks.shop/gate?strict=1' } },
  { name: 'smoke', job: { image: 'registry.example/smoke:1' } },
];

/** A rollout that says all that a document can say. */
export function everything() {
  const document = rollout();
  const approval = { approvers: ['ann', 'bob'], timeout: '1h', then: 'goOn' };
  return {
    ...document,
    spec: {
      ...document.spec,
      gateTemplates: [{ name: 'slower', args: ['over'], gate: { slowRequests: { over: '{{args.over}}' } } }],
      gates: [...gates, { name: 'templated', template: 'slower', args: { over: '250ms' }, dryRun: true }],
      stages: [
        { name: 'all-v1', weights: { reviews: { v1: 100 } }, hold: '10m', progressDeadline: '1h' },
        { name: 'all-v3', weights: { reviews: { v3: 100 } }, hold: '10m', approval },
      ],
      drift: 'pause',
      progressDeadline: '2h',
      retry: { timeout: '30m', limit: 2 },
      notifications: [
        { url: 'https://chat.example/hook' },
        { urlFromEnv: 'SLUICE_NOTIFY_CHAT', on: ['approval'] },
      ],
    } as Record<string, unknown>,
  };
}

/** A copy with one value set, or taken out if the value is undefined. */
export function withValue(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(document);
  const last = path.at(-1) ?? '';
  let target = copy as Record<string | number, unknown>;
  for (const segment of path.slice(0, -1)) target = target[segment] as Record<string | number, unknown>;
  if (value === undefined) Reflect.deleteProperty(target, last);
  else target[last] = value;
  return copy;
}
