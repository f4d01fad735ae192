import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { readBounded } from '../../../activities/requests/read-bounded.ts';

/** Chunks without end; says how many were asked for. */
async function* endless(asked: { count: number }): AsyncGenerator<Buffer> {
  for (;;) {
    asked.count += 1;
    await turn();
    yield Buffer.alloc(100, 'x');
  }
}

async function* once(text: string): AsyncGenerator<Buffer> {
  await turn();
  yield Buffer.from(text);
}

describe('a body', () => {
  it('is read as text up to its limit', async () => {
    expect(await readBounded(once('größer'), 8)).toBe('größer');
    expect(await readBounded(once('größer'), 7)).toBeNull();
  });

  it('without end is read no further than its limit', async () => {
    const asked = { count: 0 };
    expect(await readBounded(endless(asked), 1_000)).toBeNull();
    expect(asked.count).toBe(11);
  });
});
