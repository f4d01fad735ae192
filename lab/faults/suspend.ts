import { isAlive } from '../process/identity.ts';
import { readRecords } from '../process/record-file.ts';
import { labPaths } from '../paths.ts';

/**
 * Stops a part of a lab where it is, as an outage that its supervisor cannot cure: it keeps its address and answers
 * nobody. Throws when no such part runs.
 * @returns lets it go on
 */
export async function suspendPart(lab: string, part: string): Promise<() => void> {
  const running = (await readRecords(labPaths(lab).processes)).filter(isAlive);
  const found = running.find(({ name }) => name === part);
  if (found === undefined) {
    const parts = running.map(({ name }) => name).join(', ') || 'nothing';
    throw new Error(`no part '${part}' of lab '${lab}' runs: ${parts} does`);
  }
  process.kill(found.pid, 'SIGSTOP');
  return () => {
    if (isAlive(found)) process.kill(found.pid, 'SIGCONT');
  };
}
