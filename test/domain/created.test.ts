import { describe, expect, it } from '@jest/globals';
import { joinCreated, leftToRemove, madeAnything } from '../../domain/created.ts';
import type { Created, ObjectRef, UndoEntry } from '../../domain/rollout.ts';

const object: ObjectRef = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'reviews-v1',
  namespace: 'shop',
};
const created: Created = {
  cluster: true,
  mesh: true,
  namespaceLabel: true,
  objects: [object],
  backends: [object],
  addons: [object],
  exposed: [object],
};

const done = (name: string): UndoEntry => ({ name, outcome: 'done', reason: 'removed' });
const failed = (name: string): UndoEntry => ({ name, outcome: 'failed', reason: 'no answer' });

describe('what is left to remove', () => {
  it('is all that a run made, when it took nothing back', () => {
    expect(leftToRemove(created, [done('traffic')])).toEqual(created);
  });

  it('is nothing, when the run took all of it back', () => {
    const names = [
      'routes',
      'subsets',
      'gateway',
      'application',
      'add-ons',
      'mesh',
      'namespace label',
      'cluster',
    ];
    expect(madeAnything(leftToRemove(created, names.map(done)))).toBe(false);
  });

  it.each([
    ['mesh', { mesh: false }],
    ['namespace label', { namespaceLabel: false }],
    ['cluster', { cluster: false }],
    ['add-ons', { addons: [], exposed: [] }],
    ['application', { objects: [], backends: [] }],
  ])('is not what was taken back as %s', (name, gone) => {
    expect(leftToRemove(created, [done(name)])).toEqual({ ...created, ...gone });
  });

  it.each(['routes', 'subsets', 'gateway'])(
    'is every object as long as %s could not be taken back',
    (name) => {
      expect(leftToRemove(created, [failed(name), done('application')]).objects).toEqual([object]);
    },
  );

  it('is what could not be taken back', () => {
    expect(leftToRemove(created, [failed('mesh'), failed('cluster')])).toEqual(created);
  });
});

describe('what several runs made', () => {
  const nothing: Created = { cluster: false, mesh: false, namespaceLabel: false, objects: [] };

  it('is what one made, where it was the only one', () => {
    expect(joinCreated([nothing, created])).toEqual(created);
    expect(joinCreated([nothing])).toEqual(nothing);
  });

  it('is every revision of Istio, each once', () => {
    const ran = (...revisions: string[]): Created => ({ ...nothing, mesh: true, revisions });
    expect(joinCreated([ran('default'), nothing, ran('next'), ran('next')])).toMatchObject({
      mesh: true,
      revisions: ['default', 'next'],
    });
  });

  it('is all of it, each object once and where it came first', () => {
    const other = { ...object, name: 'reviews-v2' };
    const elsewhere = { ...object, namespace: 'other' };
    const first = { ...nothing, mesh: true, objects: [object, other] };
    const second = { ...nothing, namespaceLabel: true, objects: [elsewhere, other], backends: [object] };
    expect(joinCreated([first, second])).toEqual({
      cluster: false,
      mesh: true,
      namespaceLabel: true,
      objects: [object, other, elsewhere],
      backends: [object],
    });
  });
});
