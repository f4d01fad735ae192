import { expect, it } from '@jest/globals';
import { checkOptions } from '../../../lab/node/options.ts';
import { nodeOptions } from './support/fixtures.ts';

it('takes a loopback block only', () => {
  expect(() => checkOptions(nodeOptions())).not.toThrow();
  expect(() => checkOptions(nodeOptions({ block: '10.0' }))).toThrow("block '10.0' is not a loopback block");
  expect(() => checkOptions(nodeOptions({ block: '127.0.0.1' }))).toThrow('give two octets');
});

it('says which tool is missing', () => {
  expect(() => checkOptions(nodeOptions({ tools: { envoy: '/e' } }))).toThrow('no path of pilot-discovery');
});
