/** Whole rollouts whose server must not know what they are about. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { textOf } from '../support/history-text.ts';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stagesWith } from '../workflows/support/document.ts';
import { Environment, type Handle, until } from '../workflows/support/environment.ts';
import { World } from '../workflows/support/world.ts';
import { newKey } from './support/keys.ts';

jest.setTimeout(30_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start([newKey('2026')]);
}, toolTimeout);
afterAll(() => environment.end());

const long = canaryDocument({ stages: stagesWith(1, { hold: 60_000 }) });
const untilHolding = (handle: Handle) => until(handle, ({ step }) => step.startsWith('holding v2-10'));

/** Everything that the server keeps of a run. */
async function kept(handle: Handle): Promise<string> {
  const { raw } = await handle.describe();
  return textOf([await handle.fetchHistory(), raw]);
}

describe('with a key', () => {
  it('the history holds neither the document nor what came of it', async () => {
    const { result, handle, details } = await environment.run(new World(), canaryDocument());
    expect(result.outcome).toBe('Promoted');
    expect(details).toContain('all-v1');
    const text = await kept(handle);
    expect(text).toContain('binary/encrypted');
    expect(text).not.toMatch(/success-rate|weights|every stage passed|holding/);
    // Search attributes are what the server finds rollouts by: they stay readable.
    expect(text).toMatch(/"reviews"[^]*"v3-100"/);
  });

  it('failures are encrypted too, message and all, and read by who has the key', async () => {
    const claimTargets = () =>
      Promise.reject(ApplicationFailure.nonRetryable('db-password-in-an-error', 'Invalid'));
    const { result, handle } = await environment.run(new World({ claimTargets }), canaryDocument());
    expect(result).toMatchObject({ outcome: 'Failed', reason: 'db-password-in-an-error' });
    const text = await kept(handle);
    expect(text).toContain('Encoded failure');
    expect(text).not.toContain('db-password-in-an-error');
  });

  it('signals in plain JSON work, as the Web UI and the temporal CLI send them', async () => {
    const { result } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      await handle.client.workflowService.signalWorkflowExecution({
        namespace: handle.client.options.namespace,
        workflowExecution: { workflowId: handle.workflowId },
        signalName: 'abort',
        input: {
          payloads: [
            {
              metadata: { encoding: Buffer.from('json/plain') },
              data: Buffer.from('{"by":"ada","reason":"pager"}'),
            },
          ],
        },
      });
    });
    expect(result).toMatchObject({ outcome: 'Aborted', reason: 'aborted by ada: pager' });
  });

  it('a signal by a key that the worker lacks counts, and holds nothing up', async () => {
    const { status, result } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      const unknown = { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from('2019') };
      await handle.client.workflowService.signalWorkflowExecution({
        namespace: handle.client.options.namespace,
        workflowExecution: { workflowId: handle.workflowId },
        signalName: 'pause',
        input: { payloads: [{ metadata: unknown, data: Buffer.from('garbage') }] },
      });
      await until(handle, ({ paused }) => paused !== null);
      await handle.signal('abort', { by: 'ada', reason: '' });
    });
    expect(result.outcome).toBe('Aborted');
    expect(status.decisions.map(({ by }) => by)).toEqual(['unknown', 'ada']);
  });
});
