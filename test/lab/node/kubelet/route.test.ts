import { expect, it } from '@jest/globals';
import { flag, parseRequest } from '../../../../lab/node/kubelet/route.ts';

it('reads exec and log requests', () => {
  const request = parseRequest('/exec/default/ratings-1/ratings?command=curl&command=-sS&output=1');
  expect(request).toMatchObject({
    action: 'exec',
    namespace: 'default',
    pod: 'ratings-1',
    container: 'ratings',
  });
  expect(request?.query.getAll('command')).toEqual(['curl', '-sS']);
  expect(parseRequest('/containerLogs/a/b/c')?.action).toBe('containerLogs');
});

it('reads port-forward requests, which name no container', () => {
  const request = parseRequest('/portForward/istio-system/kiali-1?port=20001');
  expect(request).toMatchObject({ action: 'portForward', namespace: 'istio-system', pod: 'kiali-1' });
  expect(request?.query.get('port')).toBe('20001');
});

it.each([
  '/',
  '/exec/a/b',
  '/exec/a/b/c/d',
  '/exec/a//c',
  '/portForward/a/b/c',
  '/portForward/a',
  '/run/a/b/c',
])('knows nothing of %s', (path) => {
  expect(parseRequest(path)).toBeUndefined();
});

it('takes a flag as the API server writes it', () => {
  const query = new URLSearchParams('output=1&follow=true&error=0');
  expect(['output', 'follow', 'error', 'tty'].map((name) => flag(query, name))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
