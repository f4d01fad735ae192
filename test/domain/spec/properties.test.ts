import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { SpecIssue } from '../../../domain/spec/document.ts';
import { parseDocument } from '../../../domain/spec/parse.ts';
import { resolveDocument } from '../../../domain/spec/resolve.ts';
import { everything } from './documents.ts';

/** Every path to a value in a document. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function changed(document: object, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const copy = structuredClone(document) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}

/** Whole percents of 100 for one to five subsets. */
const split = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 100])
  .map((cuts) => Object.fromEntries(cuts.slice(1).map((cut, at) => [`v${at}`, cut - (cuts[at] ?? 0)])));

const canaries = fc.array(split, { minLength: 1, maxLength: 5 }).map((splits) => ({
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Canary',
  metadata: { name: 'checkout' },
  spec: {
    cluster: { provider: 'lab' },
    services: [
      {
        host: 'checkout',
        stable: 'v0',
        subsets: ['v0', 'v1', 'v2', 'v3', 'v4'].map((name) => ({ name, labels: { version: name } })),
      },
    ],
    stages: splits.map((checkout, at) => ({ name: `stage-${at}`, hold: `${at}s`, weights: { checkout } })),
  },
}));

describe('parseDocument', () => {
  it('never throws, whatever a text holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(Object.keys(parseDocument(text))).toEqual(['issues']);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever stands in one place of a document, and places every mistake in the text', () => {
    const document = everything();
    const paths = fc.constantFrom(...pathsOf(document));
    fc.assert(
      fc.property(paths, fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        const parsed = parseDocument(stringify(changed(document, path, value)));
        const issues = 'issues' in parsed ? parsed.issues : [];
        const unclear = issues.filter(({ message }) => message === '' || /TypeError|\[object/.test(message));
        // What is wrong with the top level may be something that is missing from it.
        const unplaced = issues.filter((issue) => issue.path === '' || issue.line === null);
        expect([...unclear, ...(path.length > 1 ? unplaced : [])]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('takes a right document as text and as a plain value for the same, weights and order kept', () => {
    fc.assert(
      fc.property(canaries, (canary) => {
        const parsed = parseDocument(stringify(canary));
        expect(parsed).toHaveProperty('document');
        expect(parsed).toMatchObject({ ...resolveDocument(canary), value: canary });
        if (!('document' in parsed)) return;
        const { stages } = parsed.document.spec;
        expect(stages.map(({ weights }) => weights)).toEqual(
          canary.spec.stages.map(({ weights }) => weights),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('refuses weights of a stage that do not add up to 100, at their place', () => {
    const wrong = fc.tuple(canaries, fc.integer({ min: 1, max: 100 }));
    fc.assert(
      fc.property(wrong, ([canary, more]) => {
        const [first] = canary.spec.stages;
        if (first?.weights.checkout.v0 !== undefined) first.weights.checkout.v0 += more;
        const { issues } = resolveDocument(canary) as { issues: readonly SpecIssue[] };
        expect(issues.length).toBeGreaterThan(0);
        for (const { path } of issues) expect(path).toMatch(/^spec\.stages\[0\]\.weights\.checkout/);
      }),
      { numRuns: 100 },
    );
  });
});
