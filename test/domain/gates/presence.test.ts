import { describe, expect, it } from '@jest/globals';
import { addTime, hasStopped, openPresence, type Presence } from '../../../domain/gates/presence.ts';

/** Looks every quarter of a second: requests for that many seconds, then none. */
function after(seconds: number, silence: number, requests = 1): Presence {
  const looks = [...Array<number>(seconds * 4).fill(requests), ...Array<number>(silence * 4).fill(0)];
  return looks.reduce((presence, seen) => addTime(presence, 250, seen), openPresence);
}

describe('requests to a version', () => {
  it('have stopped when none came for a quarter of a minute', () => {
    expect(hasStopped(after(60, 15), 240, 250)).toBe(false);
    expect(hasStopped(after(60, 16), 240, 250)).toBe(true);
  });

  it('have not stopped once there is one more', () => {
    expect(hasStopped(addTime(after(60, 60), 250, 1), 241, 250)).toBe(false);
  });

  it('that are rare have to stay away for longer than chance lets them', () => {
    expect(hasStopped(after(60, 110), 10, 250)).toBe(false);
    expect(hasStopped(after(60, 130), 10, 250)).toBe(true);
  });

  it('are not missed by looks that are more frequent than their source', () => {
    expect(hasStopped(after(60, 29), 240, 5_000)).toBe(false);
    expect(hasStopped(after(60, 31), 240, 5_000)).toBe(true);
  });
});
