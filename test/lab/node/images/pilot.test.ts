import { expect, it } from '@jest/globals';
import { pilot } from '../../../../lab/node/images/pilot.ts';
import { container, context } from '../support/fixtures.ts';

const args = ['discovery', '--monitoringAddr=:15014', '--domain', 'cluster.local'];

it('keeps every port of istiod on the loopback address', () => {
  const command = pilot.command(context({ container: container({ image: 'istio/pilot:1.31.0', args }) }));
  expect(command.file).toBe('/tools/pilot-discovery');
  expect(command.args.slice(0, 3)).toEqual(['discovery', '--domain', 'cluster.local']);
  const addresses = command.args.filter((argument) => /addr/i.test(argument));
  expect(addresses).toHaveLength(6);
  for (const address of addresses) expect(address).toContain('=127.3.0.1');
});

it('gives istiod the kubeconfig and the name its webhooks are called by', () => {
  const command = pilot.command(context({ container: container({ args }) }));
  expect(command.args).toContain('--kubeconfig=/lab/kubeconfig');
  expect(command.env).toEqual({ ISTIOD_CUSTOM_HOST: '127.3.0.1' });
});
