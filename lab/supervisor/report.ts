import { join } from 'node:path';
import { z } from 'zod';
import type { LabPaths } from '../paths.ts';
import { readJson } from '../process/json-file.ts';

const partReport = z.object({
  name: z.string(),
  /** `waiting` for the parts before it, `starting` until its probe passes, `restarting` after it ended by itself. */
  state: z.enum(['waiting', 'starting', 'ready', 'restarting', 'stopped']),
  /** How often it was started again. */
  restarts: z.number(),
  /** How it ended last, or what its probe last said; empty when there is nothing to say. */
  message: z.string(),
});

/** How the supervisor sees one part. */
export type PartReport = z.infer<typeof partReport>;

/** State of a part. */
export type PartState = PartReport['state'];

/** File in which the supervisor says how its parts are. */
export function reportFile(paths: LabPaths): string {
  return join(paths.root, 'supervisor.json');
}

/** What the supervisor last said; empty before it said anything. */
export async function readReport(paths: LabPaths): Promise<PartReport[]> {
  return z.array(partReport).parse((await readJson(reportFile(paths))) ?? []);
}
