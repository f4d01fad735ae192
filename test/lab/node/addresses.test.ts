import { describe, expect, it } from '@jest/globals';
import { balancerAddresses, egressAddress, nodeAddress, podAddresses } from '../../../lab/node/addresses.ts';

describe('pod addresses', () => {
  it('are given once as long as they are taken', () => {
    const pool = podAddresses('127.80');
    const given = Array.from({ length: 63 * 254 }, () => pool.take());
    expect(new Set(given).size).toBe(given.length);
    expect(given[0]).toBe('127.80.1.1');
    expect(given.at(-1)).toBe('127.80.63.254');
    expect(() => pool.take()).toThrow('all 16002 addresses for pods are taken');
  });

  it('are not given again at once after a release', () => {
    const pool = podAddresses('127.80');
    pool.release(pool.take());
    expect(pool.take()).toBe('127.80.1.2');
  });

  it('can be wished for while free and in range', () => {
    const pool = podAddresses('127.80');
    expect(pool.take('127.80.5.5')).toBe('127.80.5.5');
    expect(pool.take('127.80.5.5')).toBe('127.80.1.1');
    expect(pool.take('127.81.5.5')).toBe('127.80.1.2');
  });
});

it('keeps load balancers, sidecar listeners and pods apart', () => {
  expect(balancerAddresses('127.80').take()).toBe('127.80.200.1');
  expect(egressAddress('127.80.1.7')).toBe('127.80.65.7');
  expect(nodeAddress('127.80')).toBe('127.80.0.1');
});
