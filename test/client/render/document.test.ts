import { describe, expect, it } from '@jest/globals';
import { detail, summarize } from '../../../client/render/document.ts';
import { parseDocument } from '../../../domain/spec/parse.ts';
import { spec } from '../support/command-line.ts';

function documentOf(text: string) {
  const parsed = parseDocument(text);
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.document;
}

const all = '{ name: all, weights: { checkout: { v2: 100 } }';

/** What the plan says of the stage `all`, with more said of it in the spec. */
function planned(more: string, approval: string): string {
  const text = spec.replace(`${all} }`, `${all}, ${more}, approval: ${approval} }`);
  return detail(documentOf(text)).split('\n').at(-1) ?? '';
}

it('the summary names the stages', () => {
  expect(summarize(documentOf(spec))).toBe('checkout: start, all');
});

describe('the plan', () => {
  it('is a list of the stages', () => {
    expect(detail(documentOf(spec)).split('\n')).toEqual([
      '**Canary checkout** in namespace shop, stable: checkout v1',
      '',
      '1. **start**: checkout v1 100, hold 1m',
      '1. **all**: checkout v2 100, hold 1m',
    ]);
  });

  it('says who must agree, and what comes of silence', () => {
    expect(planned('hold: 2m', 'true')).toBe('1. **all** (on approval): checkout v2 100, hold 2m');
    expect(planned('hold: 2m', '{ approvers: [ann, bob], timeout: 1h }')).toContain(
      '**all** (on approval of ann or bob, rolls back after 1h): ',
    );
    expect(planned('hold: 2m', '{ timeout: 1h, then: goOn }')).toContain(
      '**all** (on approval, goes on without after 1h): ',
    );
  });

  it('names gates, those that report only, and deadlines', () => {
    const gates = '[{ name: a, errors: {} }, { name: b, errors: {}, dryRun: true }]';
    expect(planned(`gates: ${gates}, progressDeadline: 3m`, 'false')).toBe(
      '1. **all**: checkout v2 100, hold 1m, gates a, b (dry run), at most 3m',
    );
    expect(detail(documentOf(`${spec}  progressDeadline: 1h\n`))).toContain(
      '\n\nAt most 1h.\n\n1. **start**',
    );
  });
});
