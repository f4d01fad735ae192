import { describe, expect, it } from '@jest/globals';
import { checkDrift } from '../../../activities/traffic/index.ts';
import type { Diversion, Diversions, RequestMatch } from '../../../domain/diversions.ts';
import { asActivity } from '../support/activity.ts';
import { claim, doorsOf, meshOf, restore, shift, type Spec } from './constellation.ts';
import { envoyRoutes } from './fake-istiod.ts';
import { reviews, virtualService, type FakeMesh } from './fake-mesh.ts';
import {
  definition,
  httpRoute,
  meshOf as gatewayMesh,
  ref,
  reviews as versions,
} from './gateway-api/fixtures.ts';

const yes: RequestMatch = { headers: { 'x-tester': { exact: 'yes' } } };
const testers: Diversion = { testers: [{ subset: 'v2', matches: [yes] }], mirror: null };
const copies: Diversion = { testers: [], mirror: { subset: 'v2', percent: 20 } };
const none: Diversion = { testers: [], mirror: { subset: 'v2', percent: 0 } };
const to = (subset: string) => [{ destination: { host: 'reviews', subset }, weight: 100 }];

const apis = [
  {
    api: 'VirtualService',
    by: {} as Spec,
    key: 'VirtualService/default/reviews',
    field: 'http',
    // A user's own: a path with its timeout, and testers of another kind.
    existing: virtualService('reviews', {
      hosts: ['reviews'],
      http: [
        { match: [{ headers: { qa: { exact: 'yes' } } }], route: to('v3') },
        { match: [{ uri: { prefix: '/api' } }], timeout: '3s', route: to('v1') },
        { route: to('v1') },
      ],
    }),
  },
  {
    api: 'HTTPRoute',
    by: { routing: 'gateway-api' } as Spec,
    key: 'HTTPRoute/default/reviews',
    field: 'rules',
    existing: httpRoute(
      'reviews',
      { matches: [{ headers: [{ name: 'qa', value: 'yes' }] }], backendRefs: [ref('reviews-v3')] },
      {
        matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
        timeouts: { request: '3s' },
        backendRefs: [ref('reviews-v1')],
      },
      { backendRefs: [ref('reviews-v1')] },
    ),
  },
];

const diverting = (by: Spec, reviews: Diversion): Spec & { readonly diversions: Diversions } => ({
  ...by,
  diversions: { reviews },
});

describe.each(apis)('requests diverted by $api', ({ by, key, field, existing }) => {
  const all = { v1: 100, v2: 0 };
  const list = (mesh: FakeMesh) => mesh.spec(key)[field] as object[];

  it('go to the version for testers at weight 0, by each route with all else of it, and to the user’s own as before', async () => {
    const mesh = meshOf(existing);
    await shift(mesh, all, diverting(by, testers));
    const own = list(mesh).filter((route) => JSON.stringify(route).includes('x-tester'));
    expect(own).toHaveLength(2);
    expect(JSON.stringify(own[0])).toContain('/api');
    expect(JSON.stringify(own[0])).toContain('3s');
    expect(list(mesh)).toHaveLength(5);
    expect(list(mesh)[0]).toEqual(list(meshOf(existing))[0]);
    expect(doorsOf(mesh).filter((door) => door.endsWith('v2 100'))).toHaveLength(2);
  });

  it('are written once, and again with other conditions', async () => {
    const mesh = meshOf(existing);
    await shift(mesh, all, diverting(by, testers));
    await shift(mesh, all, diverting(by, testers));
    expect(mesh.writes).toHaveLength(1);
    const no = { headers: { 'x-tester': { exact: 'no' } } };
    await shift(mesh, all, diverting(by, { ...testers, testers: [{ subset: 'v2', matches: [no] }] }));
    expect(list(mesh)).toHaveLength(5);
    expect(JSON.stringify(list(mesh))).not.toMatch(/x-tester[^}]*yes/);
  });

  it('end with the roll back: the object is as it was', async () => {
    const mesh = meshOf(existing);
    await shift(mesh, all, diverting(by, { ...testers, mirror: copies.mirror }));
    await restore(mesh, {}, diverting(by, none));
    expect(list(mesh)).toHaveLength(3);
    expect(JSON.stringify(list(mesh))).not.toMatch(/x-tester|irror/);
    expect(doorsOf(mesh).filter((door) => door.includes('v2'))).toEqual([]);
  });

  it.each([
    [testers, /do not have .*testers to v2 .*without route sluice-testers\.reviews\.v2/],
    [copies, /do not have .*20 % mirrored to v2 .*caller-abc: has reviews v1 100$/],
  ])('are there when the proxies have them', async (diversion, message) => {
    const mesh = meshOf(existing);
    await shift(mesh, all, by);
    const before = envoyRoutes(mesh, 'sidecar');
    mesh.proxy('caller', () => before);
    await expect(shift(mesh, all, diverting(by, diversion))).rejects.toThrow(message);
    mesh.follower('caller');
    await shift(mesh, all, diverting(by, diversion));
  });

  it('are gone when the proxies have lost them', async () => {
    const mesh = meshOf(existing);
    await shift(mesh, all, diverting(by, testers));
    const before = envoyRoutes(mesh, 'sidecar');
    mesh.proxy('caller', () => before);
    await expect(restore(mesh, {}, diverting(by, none))).rejects.toThrow(/sluice-testers\.reviews\.v2/);
  });

  it('are put right where somebody takes them away, and left where the run itself went on', async () => {
    const mesh = meshOf(existing);
    const spec = diverting(by, { ...testers, mirror: copies.mirror });
    await shift(mesh, all, spec);
    const written = list(mesh);
    mesh.edit(key, { [field]: (existing.spec as Record<string, unknown>)[field] });
    const services = by.routing === undefined ? [reviews] : [versions];
    const drift = async (of: Spec) =>
      asActivity(() =>
        checkDrift(mesh, {
          namespace: 'default',
          services,
          ...of,
          weights: { reviews: all },
          reassert: true,
          at: new Date(0).toISOString(),
        }),
      );
    expect(await drift(spec)).toMatchObject([{ host: 'reviews', reasserted: true }]);
    expect(list(mesh)).toEqual(written);
    // A watch of an earlier stage that is cancelled late reports it, and writes nothing.
    expect(await drift(diverting(by, none))).toMatchObject([{ host: 'reviews', reasserted: false }]);
    expect(list(mesh)).toEqual(written);
  });

  it('are made with the route where nothing routes the service', async () => {
    const mesh = meshOf();
    await shift(mesh, all, diverting(by, { ...testers, mirror: copies.mirror }));
    expect(JSON.stringify(list(mesh))).toMatch(/x-tester/);
    expect(JSON.stringify(list(mesh))).toMatch(/irror/);
  });

  it('are of a share of everybody’s requests as copies, which no answer waits for', async () => {
    const mesh = meshOf(existing);
    await shift(mesh, all, diverting(by, copies));
    expect(JSON.stringify(envoyRoutes(mesh, 'sidecar')).match(/"numerator":200000/g)).toHaveLength(2);
    expect(doorsOf(mesh).filter((door) => door.includes('v2'))).toEqual([]);
    await shift(mesh, { v1: 90, v2: 10 }, diverting(by, none));
    expect(JSON.stringify(list(mesh))).not.toMatch(/irror/);
  });
});

describe('what cannot be diverted is refused before anything is changed', () => {
  const asking = virtualService('reviews', {
    hosts: ['reviews'],
    http: [
      { match: [{ uri: { prefix: '/' }, headers: { 'x-tester': { regex: '.*' } } }, {}], route: to('v1') },
    ],
  });
  const copying = virtualService('reviews', {
    hosts: ['reviews'],
    http: [{ route: to('v1'), mirror: { host: 'audit' } }],
  });
  const ruled = httpRoute('reviews', {
    filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'audit', port: 80 } } }],
    backendRefs: [ref('reviews-v1')],
  });

  it.each([
    [
      'a route that asks for the testers’ header itself',
      meshOf(asking),
      diverting({}, testers),
      /http route 1 asks for header x-tester itself/,
    ],
    [
      'a route with somebody’s copies',
      meshOf(copying),
      diverting({}, none),
      /http route 1 mirrors requests already: end that/,
    ],
    [
      'a rule with somebody’s copies',
      meshOf(ruled),
      diverting({ routing: 'gateway-api' }, none),
      /rule 1 mirrors requests already: end that/,
    ],
    [
      'a Gateway API without names of rules',
      gatewayMesh(definition('v1.3.0')).follower('caller'),
      diverting({ routing: 'gateway-api' }, testers),
      /the Gateway API of the cluster is v1\.3\.0, match and mirror of stages need 1\.4 or later/,
    ],
  ])('%s', async (_, mesh, spec, message) => {
    await expect(claim(mesh, spec)).rejects.toThrow(message);
    expect(mesh.writes).toEqual([]);
  });

  it('but copies and testers that a run left which was terminated', async () => {
    const mesh = meshOf();
    await shift(mesh, { v1: 100 }, diverting({}, { ...testers, mirror: copies.mirror }));
    await claim(mesh, diverting({}, none));
    await restore(mesh, {}, diverting({}, none));
    expect(JSON.stringify(mesh.spec('VirtualService/default/reviews'))).not.toMatch(/x-tester|irror/);
  });
});
