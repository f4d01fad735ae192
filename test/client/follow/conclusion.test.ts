import { describe, expect, it } from '@jest/globals';
import { ClientError } from '../../../client/errors.ts';
import type { Ending } from '../../../client/connection/session.ts';
import { conclude } from '../../../client/follow/conclusion.ts';
import { result } from '../support/rollouts.ts';

function error(ending: Ending): ClientError | null {
  try {
    conclude(ending);
    return null;
  } catch (thrown) {
    return thrown instanceof ClientError ? thrown : null;
  }
}

describe('a run without a result', () => {
  it.each([null, 'text', {}, { outcome: 'Done', stages: [] }, { outcome: 'Promoted' }])(
    'that gives %p is a failure',
    (value) => {
      expect(error({ kind: 'completed', value })).toMatchObject({ exitCode: 1 });
    },
  );

  it('keeps the issues that a failure carries', () => {
    const issue = { path: 'spec', message: 'missing', line: null, column: null };
    const failed = error({ kind: 'failed', type: 'InvalidSpec', message: 'wrong', details: [[issue, 'x']] });
    expect(failed).toMatchObject({ exitCode: 2, message: 'wrong', issues: [issue] });
  });
});

describe('a run that was refused a service', () => {
  const refused = (created: typeof result.created): Ending => ({
    kind: 'failed',
    type: 'TargetBusy',
    message: 'reviews is held',
    details: [{ ...result, outcome: 'Failed', created }],
  });

  it('has started nothing if it made nothing', () => {
    expect(conclude(refused(result.created)).exitCode).toBe(2);
  });

  it('has failed if it made a cluster first', () => {
    expect(conclude(refused({ ...result.created, cluster: true })).exitCode).toBe(1);
  });
});
