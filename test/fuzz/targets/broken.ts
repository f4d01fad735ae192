/** Parsers that do what none may: the fuzzer has to find that. They run when they are named, and never otherwise. */
import type { Target } from './target.ts';

export const brokenTargets: readonly Target[] = [
  {
    name: 'broken-throws',
    seeds: ['{"a":{"b":1}}'],
    run: (text) => (text.includes('{') ? (JSON.parse(text) as { a: { b: number } }).a.b : 0),
  },
  {
    name: 'broken-hangs',
    seeds: ['{"a":1}'],
    run: (text) => {
      while (text.includes('"')) if (Date.now() < 0) return;
    },
  },
  { name: 'broken-exits', seeds: ['{"a":1}'], run: () => process.exit(3) },
];
