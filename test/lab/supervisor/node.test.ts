import { describe, expect, it } from '@jest/globals';
import { keepNode } from '../../../lab/supervisor/node.ts';

function recorder() {
  const states: string[] = [];
  return {
    states,
    onState: (state: string, message: string) => void states.push(`${state} ${message}`.trim()),
  };
}

describe('the node agent of a lab', () => {
  it('is tried again when it cannot be started', async () => {
    let tries = 0;
    const start = () =>
      ++tries === 1 ? Promise.reject(new Error('taken')) : Promise.resolve({ stop: () => Promise.resolve() });
    const { states, onState } = recorder();
    const node = keepNode(start, onState);
    await node.ready;
    expect(states).toEqual(['starting', 'restarting taken', 'starting', 'ready']);
    await node.stop();
  });

  it('ends its pods before stop returns', async () => {
    let stopped = false;
    const stop = () => {
      stopped = true;
      return Promise.resolve();
    };
    const { states, onState } = recorder();
    const node = keepNode(() => Promise.resolve({ stop }), onState);
    await node.ready;
    await node.stop();
    expect(stopped).toBe(true);
    expect(states.at(-1)).toBe('stopped');
  });

  it('can be stopped while it waits for the API server, and is taken back if it starts after all', async () => {
    const start = Promise.withResolvers<{ stop: () => Promise<void> }>();
    const late = Promise.withResolvers<undefined>();
    const { states, onState } = recorder();
    const node = keepNode(() => start.promise, onState);
    await node.stop();
    expect(states).toEqual(['starting', 'stopped']);
    start.resolve({
      stop: () => {
        late.resolve(undefined);
        return Promise.resolve();
      },
    });
    await expect(late.promise).resolves.toBeUndefined();
  });
});
