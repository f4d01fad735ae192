import { describe, expect, it } from '@jest/globals';
import { formatListenAddress, isLoopback, parseListenAddress } from '../../domain/listen-address.ts';

describe('an address to listen at', () => {
  it.each(['127.0.0.1:8081', '0.0.0.0:1', '[::1]:65535', '[2001:db8::1]:80'])('may be %s', (text) => {
    const address = parseListenAddress(text);
    expect(address && formatListenAddress(address)).toBe(text);
  });

  it.each([
    '',
    '8081',
    'localhost:8081',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '::1:80',
    '[127.0.0.1]:80',
  ])('is not %j', (text) => expect(parseListenAddress(text)).toBeNull());

  it.each([
    ['127.0.0.1', true],
    ['127.63.1.2', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.127.0.1', false],
    ['128.0.0.1', false],
  ])('%s is one of loopback: %s', (host, expected) => expect(isLoopback({ host, port: 1 })).toBe(expected));
});
