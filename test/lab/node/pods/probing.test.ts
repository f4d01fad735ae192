import { describe, expect, it } from '@jest/globals';
import type { Container } from '../../../../lab/node/api/models.ts';
import { watchProbes } from '../../../../lab/node/pods/probing.ts';
import { container } from '../support/fixtures.ts';
import { until } from '../support/wait.ts';

/** Watches exec probes whose answers are given by the command's name. */
function watch(fields: Partial<Container>, answers: Record<string, boolean>) {
  const events: string[] = [];
  const stop = new AbortController();
  const run = ([name = '']: readonly string[]) => Promise.resolve(answers[name] ? 0 : 1);
  const target = { container: container(fields), address: '127.3.9.1', run };
  const done = watchProbes(
    { target, readyPort: undefined },
    {
      started: () => void events.push('started'),
      ready: (ready) => void events.push(ready ? 'ready' : 'not ready'),
      failed: (reason) => void events.push(reason),
    },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    await done;
  };
  return { events, end };
}

const probe = (name: string, fields = {}) => ({
  exec: { command: [name] },
  periodSeconds: 0.02,
  failureThreshold: 2,
  ...fields,
});

describe('probes', () => {
  it('find a container without any ready at once', async () => {
    const { events, end } = watch({}, {});
    await until('ready', () => events.includes('ready'));
    await end();
    expect(events).toEqual(['started', 'ready']);
  });

  it('do not ask for readiness before the startup probe passed', async () => {
    const answers = { up: false, ok: true };
    const fields = { startupProbe: probe('up', { failureThreshold: 1000 }), readinessProbe: probe('ok') };
    const { events, end } = watch(fields, answers);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(events).toEqual([]);
    answers.up = true;
    await until('ready', () => events.includes('ready'));
    await end();
    expect(events.slice(0, 2)).toEqual(['started', 'ready']);
  });

  it('give up a container whose startup probe fails as often as it may', async () => {
    const { events, end } = watch({ startupProbe: probe('up') }, { up: false });
    await until('failure', () => events.length > 0);
    await end();
    expect(events).toEqual(['startup probe failed']);
  });

  it('follow readiness both ways', async () => {
    const answers = { ok: true };
    const { events, end } = watch({ readinessProbe: probe('ok') }, answers);
    await until('ready', () => events.includes('ready'));
    answers.ok = false;
    await until('not ready', () => events.includes('not ready'));
    await end();
    expect(events[0]).toBe('started');
  });

  it('ask for a restart when liveness is lost', async () => {
    const answers = { alive: true };
    const { events, end } = watch({ livenessProbe: probe('alive') }, answers);
    await until('ready', () => events.includes('ready'));
    answers.alive = false;
    await until('failure', () => events.includes('liveness probe failed'));
    await end();
    expect(events.at(-1)).toBe('liveness probe failed');
  });

  it('are patient for the whole period however often they ask', async () => {
    const fields = { startupProbe: probe('up', { periodSeconds: 2, failureThreshold: 1 }) };
    const { events, end } = watch(fields, { up: false });
    await new Promise((resolve) => setTimeout(resolve, 700));
    await end();
    expect(events).toEqual([]);
  });
});
