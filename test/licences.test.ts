/** What Sluice is made of may be passed on under its own licence. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Permissive licences that Apache-2.0 may be combined with, by their SPDX identifiers. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0', // data: caniuse-lite
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0', // argparse
  'Unlicense',
]);

/** Packages whose metadata lack a licence, by what their LICENSE files say. */
const byFile: Readonly<Record<string, string>> = { 'node_modules/unionfs': 'Unlicense' };

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};

/** Of `A AND B` all must be allowed, of `A OR B` one. */
function isAllowed(expression: string): boolean {
  const words = expression.replace(/[()]/g, '');
  return words.split(' OR ').some((choice) => choice.split(' AND ').every((id) => allowed.has(id.trim())));
}

describe('licences', () => {
  const shipped = Object.entries(packages).filter(
    ([path, { dev }]) => path.startsWith('node_modules/') && !dev,
  );

  it('are known and permissive for everything that is installed in production', () => {
    expect(shipped.length).toBeGreaterThan(100);
    const refused = shipped.filter(([path, { license = byFile[path] ?? 'none' }]) => !isAllowed(license));
    expect(refused.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['Apache-2.0 AND MIT', true],
    ['GPL-3.0', false],
    ['MIT AND GPL-3.0', false],
    ['none', false],
  ])('by %s are allowed: %s', (expression, verdict) => {
    expect(isAllowed(expression)).toBe(verdict);
  });
});
