/** The lab's tools for tests. */
import { ensureTool } from '../../lab/toolchain/ensure.ts';

/** For hooks that need a tool, in ms: a machine that has none builds it there first, on cores that others use too. */
export const toolTimeout = 30 * 60_000;

/** Path of the Temporal CLI; how it comes about is told on stderr. */
export async function temporalTool(): Promise<string> {
  return await ensureTool('temporal', { onProgress: (line) => process.stderr.write(`${line}\n`) });
}
