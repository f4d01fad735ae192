import { expect, it } from '@jest/globals';
import { targetsOf } from '../../../../lab/node/load-balancer/targets.ts';
import { container, reviewsPod } from '../support/fixtures.ts';

const ports = [{ name: 'http', containerPort: 9080 }];
const pod = { pod: reviewsPod({ containers: [container({ ports })] }), address: '127.3.1.7' };
const service = (selector: Record<string, string> | undefined, namespace = 'default') => ({
  metadata: { name: 'reviews', namespace },
  spec: selector === undefined ? {} : { selector },
});
const selector = { app: 'reviews', version: 'v1' };

it.each([
  ['a number', 9999, 9999],
  ['a name', 'http', 9080],
  ['nothing', undefined, 80],
])('takes the port that %s gives', (_, targetPort, port) => {
  const servicePort = { port: 80, ...(targetPort !== undefined && { targetPort }) };
  expect(targetsOf(service(selector), servicePort, [pod])).toEqual([{ address: '127.3.1.7', port }]);
});

it('finds no target behind a name the pod does not have', () => {
  expect(targetsOf(service(selector), { port: 80, targetPort: 'grpc' }, [pod])).toEqual([]);
});

it('takes pods of its namespace that have every label', () => {
  const port = { port: 80 };
  expect(targetsOf(service({ app: 'reviews', version: 'v2' }), port, [pod])).toEqual([]);
  expect(targetsOf(service(selector, 'other'), port, [pod])).toEqual([]);
  expect(targetsOf(service(undefined), port, [pod])).toEqual([]);
});
