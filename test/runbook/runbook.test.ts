import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { breaks } from './breaks.ts';

const root = join(import.meta.dirname, '../..');
const lines = readFileSync(join(root, 'docs/runbook.md'), 'utf8').split('\n');
const rows = lines.filter((line) => /^\| +\d+ +\|/.test(line));

/** Files that a row links to, from the root of the project. */
function linksOf(row: string): string[] {
  return [...row.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
}

describe('the table of the runbook', () => {
  it('has the sixteen rows of the article', () => {
    expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).toEqual(
      Array.from({ length: 16 }, (_, at) => at + 1),
    );
  });

  it.each(rows.map((row, at) => [at + 1, row] as const))(
    'row %i leads to a step and a test that are there',
    (_, row) => {
      const links = linksOf(row);
      expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
      expect(links.some((path) => path.startsWith('test/'))).toBe(true);
      expect(links.some((path) => !path.startsWith('test/'))).toBe(true);
    },
  );

  it.each(rows.map((row, at) => [at + 1, row] as const))(
    'row %i has its step broken by `npm run test:breaks`',
    (number, row) => {
      const own = breaks.filter(({ row: of }) => of === number);
      expect(own.length).toBeGreaterThan(0);
      for (const { file, test } of own) expect(linksOf(row)).toEqual(expect.arrayContaining([file, test]));
    },
  );

  it.each(breaks)('row $row can still be broken so that $says', ({ file, from }) => {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
  });
});
