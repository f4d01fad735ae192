/** SECURITY.md: each threat that is said to be met has the test that tries it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const [, section = ''] = text.split('## What is done, and where');
const [table = ''] = section.split('\n## ');

/** Rows of the table: the threat, and the files that its last cell links to. */
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:Threat|---)/.test(line))
  .map((line) => {
    const [threat = '', , where = ''] = line.split(' | ');
    return { threat: threat.slice(2), links: [...where.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to) };
  });

describe('a promise of SECURITY.md', () => {
  it('is one of a table', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows.map(({ threat, links }) => [threat, links] as const))(
    'has a test that is there: %s',
    (_, links) => {
      expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
      expect(links.filter((link) => /^test\/.*\.test\.ts$/.test(link))).not.toEqual([]);
    },
  );
});
