/** That no file needs itself, by way of others: what a type needs is followed too. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const installed = /^(node_modules|dist|coverage)$/;

/** Files of ours that a text imports, as paths from the root. */
function importsOf(file: string, text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, false);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.') && name.endsWith('.ts'))
    .map((name) => join(dirname(file), name));
}

/** A way through a graph that comes back to where it began; null if there is none. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const clear = new Set<string>();
  const from = (file: string, way: readonly string[]): string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (clear.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const cycle = from(next, [...way, file]);
      if (cycle !== null) return cycle;
    }
    clear.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = from(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

it('no file imports itself by way of others', () => {
  const files = globSync('**/*.ts', { cwd: root, exclude: (name) => installed.test(name) });
  const graph = new Map(files.map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'))]));
  expect(graph.size).toBeGreaterThan(500);
  expect(graph.get('worker/main.ts')).toContain('worker/config.ts');
  expect(cycleIn(graph)).toBeNull();
});

it('a cycle is found, of types too', () => {
  const files = { 'a.ts': "import type { B } from './b.ts';", 'b.ts': "export { a } from './a.ts';" };
  const both = Object.entries(files).map(([file, text]) => [file, importsOf(file, text)] as const);
  expect(cycleIn(new Map(both))).toEqual(['a.ts', 'b.ts', 'a.ts']);
});
