import { readdirSync, readFileSync } from 'node:fs';
import { isAlive, readStat, type ProcessRecord } from '../process/identity.ts';

/** Environment variable that the supervisor and its parts carry; the value is the lab's directory. */
export const markVariable = 'SLUICE_LAB_ROOT';

/** What the directory of a lab looks like; nothing else may ever select processes to end. */
const labRoot = /^\/.+\/labs\/[^/]+$/;

/**
 * Processes that belong to the lab with this directory by their environment: the supervisor and its parts by the mark,
 * pods by their home. It finds what was started in the moment before its record was written and its parent was killed.
 * The caller and the processes it runs under are never among them. Throws when this is not the directory of a lab.
 */
export function markedProcesses(root: string): ProcessRecord[] {
  if (!labRoot.test(root)) throw new Error(`'${root}' is not the directory of a lab`);
  const own = ownLine();
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && !own.has(Number(entry)))
    .filter((entry) => isMarked(readText(`/proc/${entry}/environ`).split('\0'), root))
    .map((entry) => recordOf(Number(entry)))
    .filter((record) => record !== undefined)
    .filter(isAlive);
}

/** This process, its parent and so on up to the first process of the machine. */
function ownLine(): Set<number> {
  const line = new Set([1]);
  for (let pid: number | undefined = process.pid; pid; pid = readStat(pid)?.parent) line.add(pid);
  return line;
}

/** Whether an environment, as the entries of /proc/<pid>/environ, is that of a process of the lab. */
export function isMarked(environment: readonly string[], root: string): boolean {
  return environment.some(
    (entry) => entry === `${markVariable}=${root}` || entry.startsWith(`HOME=${root}/pods/`),
  );
}

function recordOf(pid: number): ProcessRecord | undefined {
  const startTicks = readStat(pid)?.startTicks;
  if (startTicks === undefined) return undefined;
  return { name: readText(`/proc/${pid}/comm`).trim(), pid, startTicks };
}

/** Text of a file under /proc; empty when the process is gone or somebody else's. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return '';
    throw error;
  }
}
