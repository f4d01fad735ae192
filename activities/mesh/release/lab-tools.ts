import * as z from 'zod';
import { runLab } from '../../cluster/run-lab.ts';
import type { ReleaseSource } from './release.ts';

const tools = z.object({ istioctl: z.string(), addOns: z.string().nullable() });

/** What the lab brings to its own clusters, by its command line. */
export function labTools(labCommand: readonly string[]): ReleaseSource['broughtTo'] {
  return async ({ provider }) =>
    provider === 'lab' ? tools.parse(JSON.parse(await runLab(labCommand, ['istio']))) : null;
}
