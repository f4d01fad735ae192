import { describe, expect, it } from '@jest/globals';
import type { SpecIssue } from '../../domain/spec/document.ts';
import { parseDocument } from '../../domain/spec/parse.ts';
import { resolveDocument } from '../../domain/spec/resolve.ts';
import { sluice } from '../client/support/command-line.ts';
import { malformedSpecs } from './specs.ts';

describe('a malformed document', () => {
  it('is one of at least a hundred', () => {
    expect(malformedSpecs.length).toBeGreaterThanOrEqual(100);
  });

  it.each(malformedSpecs)('%s: is told by what is wrong with it', (_, text) => {
    const parsed = parseDocument(text);
    expect(parsed).toHaveProperty('issues');
    const { issues } = parsed as { issues: readonly SpecIssue[] };
    expect(issues.length).toBeGreaterThan(0);
    for (const { message } of issues) expect(message).not.toMatch(/TypeError|undefined is|\[object/);
  });

  it.each(malformedSpecs)('%s: starts nothing', async (_, text) => {
    const started: unknown[] = [];
    const start = (request: unknown) => {
      started.push(request);
      return Promise.resolve({ workflowId: 'x', runId: 'y' });
    };
    const ran = await sluice(
      ['start', 'spec.yaml'],
      { start: start },
      { readFile: () => Promise.resolve(text) },
    );
    expect(ran.exitCode).toBe(2);
    expect(started).toEqual([]);
    expect(ran.settings).toEqual([]);
  });

  it.each([undefined, null, 1, 'x', [], {}, new Date(0), Symbol.iterator, { kind: { toString: 1 } }])(
    'as the plain value %p is told too',
    (value) => {
      expect(resolveDocument(value)).toHaveProperty('issues');
    },
  );
});
