import { join } from 'node:path';
import { execa } from 'execa';

/**
 * What a benchmark of the gates prints as JSON. A process of its own: inside Jest's sandbox, where each use of `Math`
 * is looked up anew, the same simulation takes three times as long.
 */
export async function runBench<Report>(name: string, runs: number): Promise<Report> {
  const script = join(import.meta.dirname, '../../../bench/gates', name);
  const { stdout } = await execa(process.execPath, [script, '--runs', `${runs}`, '--output', 'json']);
  return JSON.parse(stdout) as Report;
}
