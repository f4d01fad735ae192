import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { withLock } from '../../../lab/process/lock.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

const newLock = async () => join(await temporaryDirectory(), 'deep', 'lock');

describe('a lock', () => {
  it('lets one action run at a time and tells the others that they wait', async () => {
    const path = await newLock();
    let inside = 0;
    let most = 0;
    let waits = 0;
    const action = async () => {
      most = Math.max(most, ++inside);
      await sleep(40);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, action, { onWait: () => waits++ })));
    expect(most).toBe(1);
    expect(waits).toBeGreaterThan(0);
  });

  it('is free again after an action that failed', async () => {
    const path = await newLock();
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, () => Promise.resolve('yes'))).toBe('yes');
  });

  it('is taken over from a holder that died', async () => {
    const path = await newLock();
    await mkdir(`${path}.lock`, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await withLock(path, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('is waited for until the signal aborts', async () => {
    const path = await newLock();
    const stop = new AbortController();
    await withLock(path, async () => {
      const onWait = () => stop.abort();
      const waiting = withLock(path, () => Promise.resolve('never'), { signal: stop.signal, onWait });
      await expect(waiting).rejects.toThrow('aborted');
    });
  });
});
