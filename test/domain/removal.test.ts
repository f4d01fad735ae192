import { expect, it } from '@jest/globals';
import { madeAnything } from '../../domain/created.ts';
import { removalSteps } from '../../domain/removal.ts';
import type { ObjectRef } from '../../domain/rollout.ts';

const object = (kind: string): ObjectRef => ({ apiVersion: 'v1', kind, name: kind.toLowerCase() });
const nothing = { cluster: false, mesh: false, namespaceLabel: false, objects: [] };

it('removes who uses something before it, whatever the order of the ledger', () => {
  const steps = removalSteps({
    cluster: true,
    mesh: true,
    namespaceLabel: true,
    objects: ['DestinationRule', 'Deployment', 'VirtualService', 'Gateway'].map(object),
    addons: [object('Deployment')],
    exposed: [object('Service')],
  });
  expect(steps.map(({ name }) => name)).toEqual([
    'routes',
    'subsets',
    'application',
    'add-ons',
    'mesh',
    'namespace label',
    'cluster',
  ]);
  expect(steps[2]).toMatchObject({ objects: [{ kind: 'Deployment' }, { kind: 'Gateway' }] });
});

it('removes Services of versions after the HTTPRoutes to them, and knows them from those of the application', () => {
  const steps = removalSteps({
    ...nothing,
    objects: ['Service', 'HTTPRoute'].map(object),
    backends: [{ ...object('Service'), name: 'reviews-v1' }],
  });
  expect(steps).toEqual([
    { name: 'routes', objects: [object('HTTPRoute')] },
    { name: 'subsets', objects: [{ ...object('Service'), name: 'reviews-v1' }] },
    { name: 'application', objects: [object('Service')] },
  ]);
});

it('names what the run made, and nothing else', () => {
  expect(removalSteps(nothing)).toEqual([]);
  expect(removalSteps({ ...nothing, addons: [], exposed: [object('Service')] })).toEqual([
    { name: 'add-ons', objects: [], exposed: [object('Service')] },
  ]);
  expect(removalSteps({ ...nothing, mesh: true })).toEqual([{ name: 'mesh', revisions: ['default'] }]);
  expect(removalSteps({ ...nothing, mesh: true, revisions: ['next'] })).toEqual([
    { name: 'mesh', revisions: ['next'] },
  ]);
});

it('knows a ledger of nothing from one of anything', () => {
  expect(madeAnything({ ...nothing, addons: [], exposed: [] })).toBe(false);
  expect(madeAnything({ addons: [object('Service')], exposed: [] })).toBe(true);
  expect(madeAnything({ ...nothing, namespaceLabel: true })).toBe(true);
});
