import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { labDirectory, labPaths, lockDirectory, toolCache } from '../../lab/paths.ts';

const env = { XDG_STATE_HOME: '/state', XDG_CACHE_HOME: '/cache' };

describe('paths of a lab', () => {
  it('are below the XDG state directory', () => {
    expect(labDirectory('blue', env)).toBe('/state/sluice/labs/blue');
    for (const path of Object.values(labPaths('blue', env)))
      expect(path).toMatch(/^\/state\/sluice\/labs\/blue/);
  });

  it('have their tools and locks below the XDG cache directory', () => {
    expect(toolCache(env)).toBe('/cache/sluice/tools');
    expect(lockDirectory(env)).toBe('/cache/sluice/locks');
  });

  it.each([{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'relative' }])(
    'are below the home directory when %j names no absolute one',
    (given) => {
      expect(labDirectory('default', given)).toBe(join(homedir(), '.local/state/sluice/labs/default'));
    },
  );

  it.each(['', '..', 'a/b', 'Upper', '-a', 'a-', 'a'.repeat(41)])('refuse the name %j', (name) => {
    expect(() => labDirectory(name, env)).toThrow(`lab name '${name}' is not usable: give 1 to 40`);
  });
});
