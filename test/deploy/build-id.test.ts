import { describe, expect, it } from '@jest/globals';
import { buildIdOf, commitOf } from '../../deploy/build/build-id.ts';

describe('the id of a build', () => {
  it('is the version with the commit, shortened, or the version alone', () => {
    expect(buildIdOf('1.2.3', '0123456789abcdef')).toBe('1.2.3-0123456789ab');
    expect(buildIdOf('1.2.3', null)).toBe('1.2.3');
  });

  it('takes the commit that it is given before the one that Git knows', async () => {
    expect(await commitOf({ SLUICE_COMMIT: 'abc ' }, '.')).toBe('abc');
    expect(await commitOf({}, import.meta.dirname)).toMatch(/^[0-9a-f]{40}$/);
    expect(await commitOf({}, '/')).toBeNull();
  });
});
