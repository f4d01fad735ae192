import { describe, expect, it, jest } from '@jest/globals';
import type { Execution, Session } from '../../../client/connection/session.ts';
import { follow } from '../../../client/follow/follow.ts';
import type { RolloutStatus } from '../../../domain/rollout.ts';
import { closed, execution, sessionWith } from '../support/command-line.ts';
import { result, run, status } from '../support/rollouts.ts';

const away = Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'connection refused' });

async function watch(changes: Partial<Session>, asks = true) {
  const notices: string[] = [];
  const statuses: RolloutStatus[] = [];
  const onStatus = (seen: RolloutStatus) => void statuses.push(seen);
  const ending = await follow(sessionWith(changes), run, {
    onNotice: (line) => void notices.push(line),
    ...(asks ? { onStatus } : {}),
    sleep: () => Promise.resolve(),
  });
  return { notices, statuses, ending };
}

/** Answers one after the other; an error is thrown. */
function finds(...answers: (Execution | Error | null)[]): Session['find'] {
  return () => {
    const answer = answers.shift() ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

/** What a server says when no worker came for a query. */
const unheard = Object.assign(new Error('4 DEADLINE_EXCEEDED'), { code: 4, details: 'query timed out' });

describe('following a run', () => {
  it('tells each status and ends with the run', async () => {
    const { ending, statuses, notices } = await watch({ find: finds(execution, execution, closed) });
    expect(ending).toEqual({ kind: 'completed', value: result });
    expect(statuses).toHaveLength(3);
    expect(notices).toEqual([]);
  });

  it('tells what a long step says of itself, once for each thing said', async () => {
    const lines: string[] = [];
    const said = (doing: string | null): Execution => ({ ...execution, doing });
    const find = finds(
      said('building etcd (1 s)'),
      said('building etcd (2 s)'),
      said(null),
      said('building envoy (3 s)'),
      closed,
    );
    await follow(sessionWith({ find }), run, {
      onNotice: () => undefined,
      onStatus: () => undefined,
      onDoing: (line) => void lines.push(line),
      sleep: () => Promise.resolve(),
    });
    expect(lines).toEqual(['building etcd', 'building envoy']);
  });

  it('does not call it a missing worker when a question fails for another reason', async () => {
    const reason = 'the payload is encrypted by key k1, which SLUICE_ENCRYPTION_KEYS does not have';
    const ask = jest
      .fn<Session['status']>()
      .mockRejectedValueOnce(new Error(reason))
      .mockResolvedValue(status);
    const { notices } = await watch({ find: finds(execution, execution, closed), status: ask });
    expect(notices).toEqual([`${execution.workflowId} cannot be asked: ${reason}`, 'answers again']);
  });

  it('tells why a step is tried again, once for each reason', async () => {
    const lines: string[] = [];
    const failed = (attempt: number, failure: string): Execution => ({
      ...execution,
      retry: { attempt, failure },
    });
    const find = finds(failed(2, 'no route'), failed(3, 'no route'), failed(4, 'EOF'), execution, closed);
    await follow(sessionWith({ find }), run, {
      onNotice: () => undefined,
      onStatus: () => undefined,
      onRetry: (line) => void lines.push(line),
      sleep: () => Promise.resolve(),
    });
    expect(lines).toEqual(['trying again (attempt 2): no route', 'trying again (attempt 4): EOF']);
  });

  it('survives a server that goes away, and says so once', async () => {
    const { ending, notices } = await watch({ find: finds(execution, away, away, away, execution, closed) });
    expect(ending.kind).toBe('completed');
    expect(notices).toEqual([
      'the Temporal server at 127.0.0.1:7233 does not answer; trying again',
      'answers again',
    ]);
  });

  it('survives a worker that goes away', async () => {
    const ask = jest.fn<Session['status']>().mockRejectedValueOnce(unheard).mockResolvedValue(status);
    const { notices } = await watch({ find: finds(execution, execution, closed), status: ask });
    expect(notices).toEqual([
      'no worker answers on task queue sluice; the run goes on when one does',
      'answers again',
    ]);
  });

  it('needs no worker once the run is over', async () => {
    const { ending, statuses } = await watch({
      find: finds(closed),
      status: () => Promise.reject(new Error('no poller')),
    });
    expect(ending.kind).toBe('completed');
    expect(statuses).toEqual([]);
  });

  it('survives a server that goes away between the end and its result', async () => {
    const ending = jest
      .fn<Session['ending']>()
      .mockRejectedValueOnce(away)
      .mockResolvedValue({ kind: 'completed', value: 1 });
    expect((await watch({ find: finds(closed, closed), ending })).ending).toEqual({
      kind: 'completed',
      value: 1,
    });
  });

  it('ends when the server knows the run no more, or refuses', async () => {
    await expect(watch({ find: finds(execution, null) })).rejects.toThrow(
      'knows no run rollout/default/default/checkout any more',
    );
    const denied = Object.assign(new Error('denied'), { code: 7, details: '' });
    await expect(watch({ find: finds(denied) })).rejects.toThrow('denied');
  });

  it('does not ask a run that nobody wants to hear of', async () => {
    const ask = jest.fn<Session['status']>();
    await watch({ find: finds(execution, closed), status: ask }, false);
    expect(ask).not.toHaveBeenCalled();
  });
});
