import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { toolTimeout } from '../support/tools.ts';
import { canaryDocument, stagesWith } from './support/document.ts';
import { Environment, type Handle, until } from './support/environment.ts';
import { World } from './support/world.ts';

jest.setTimeout(30_000);

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.start();
}, toolTimeout);
afterAll(() => environment.end());

const long = canaryDocument({ stages: stagesWith(1, { hold: 60_000 }) });
const untilHolding = (handle: Handle) => until(handle, ({ step }) => step.startsWith('holding v2-10'));

interface Sent {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

const ada = { metadata: { encoding: 'json/plain' }, data: '{"by":"ada","reason":"pager"}' };
/** WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND of temporal.api.enums.v1. */
const unhandledCommand = 1;

const garbage = '\u0000\u00ff{[';

/** Sends payloads as any client of the server's API may. */
async function send(handle: Handle, signalName: string, payloads: readonly Sent[]): Promise<void> {
  await handle.client.workflowService.signalWorkflowExecution({
    namespace: handle.client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId },
    signalName,
    input: {
      payloads: payloads.map(({ metadata = {}, data = '' }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value)]),
        ),
        data: Buffer.from(data, 'latin1'),
      })),
    },
  });
}

/** Tasks that the workflow failed. That a signal came while its last task ended is no failure of it. */
async function failedTasks(handle: Handle): Promise<number> {
  const { events } = await handle.fetchHistory();
  const failures = (events ?? []).map(({ workflowTaskFailedEventAttributes: failed }) => failed);
  return failures.filter((failed) => failed && Number(failed.cause) !== unhandledCommand).length;
}

describe('a signal that the SDK cannot decode', () => {
  const argument: [string, readonly Sent[]][] = [
    ['without an encoding', [{ data: garbage }]],
    ['in json/plain that is no JSON', [{ metadata: { encoding: 'json/plain' }, data: garbage }]],
    ['in json/protobuf', [{ metadata: { encoding: 'json/protobuf', messageType: 'a.B' }, data: '{}' }]],
    [
      'in binary/protobuf',
      [{ metadata: { encoding: 'binary/protobuf', messageType: 'a.B' }, data: garbage }],
    ],
    ['in binary/plain', [{ metadata: { encoding: 'binary/plain' }, data: garbage }]],
    ['in an encoding that nobody knows', [{ metadata: { encoding: garbage }, data: garbage }]],
    [
      'encrypted with a key that nobody has',
      [{ metadata: { encoding: 'binary/encrypted', 'encryption-key-id': 'mallory' }, data: garbage }],
    ],
    ['with a second argument of garbage', [ada, { metadata: { encoding: 'x' }, data: garbage }]],
    ['with a hundred arguments of garbage', Array<Sent>(100).fill({ metadata: { encoding: 'x' } })],
    ['with no argument', []],
  ];

  it.each(argument)('%s counts as the decision alone, and holds nothing up', async (_, payloads) => {
    const by = payloads[0] === ada ? 'ada' : 'unknown';
    const { status, result } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      await send(handle, 'pause', payloads);
      await until(handle, ({ paused }) => paused?.by === by);
      await send(handle, 'abort', [ada]);
      await handle.result();
      expect(await failedTasks(handle)).toBe(0);
    });
    expect(result).toMatchObject({ outcome: 'Aborted', reason: 'aborted by ada: pager' });
    expect(status.decisions.map(({ action }) => action)).toEqual(['pause', 'abort']);
  });

  it('of a name that nobody listens to changes nothing', async () => {
    const { result, status } = await environment.run(new World(), canaryDocument(), async (handle) => {
      await send(handle, 'stop', [{ metadata: { encoding: 'x' }, data: garbage }]);
    });
    expect(result.outcome).toBe('Promoted');
    expect(status.decisions).toEqual([]);
  });
});

describe('what a signal says', () => {
  it('is one line of bounded length, without characters that command a terminal', async () => {
    const by = `\u001b]0;owned\u0007${'m'.repeat(5_000)}`;
    const reason = 'first\r\nsecond\u001b[2J\u009b1m\u202egnp.exe\u0000';
    const { status } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      await handle.signal('abort', { by, reason });
    });
    expect(status.aborted?.by).toBe(`]0;owned ${'m'.repeat(190)}`);
    expect(status.aborted?.reason).toBe('first second [2J 1m gnp.exe');
  });

  it('is no Markdown of the Web UI', async () => {
    const reason = '![x](https://evil.example/t.png) <img src=x> | **bold** `code`';
    const { details } = await environment.run(new World(), long, async (handle) => {
      await untilHolding(handle);
      await handle.signal('abort', { by: '[ada](javascript:alert(1))', reason });
    });
    expect(details).toContain('abort by \\[ada\\](javascript:alert(1))');
    expect(details).toContain(
      '!\\[x\\](https://evil.example/t.png) \\<img src=x\\> \\| \\*\\*bold\\*\\* \\`code\\`',
    );
  });
});
