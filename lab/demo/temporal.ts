/** Which Temporal server a demo uses: the configured one, or the lab's dev server. */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { messageOf } from '../../domain/message-of.ts';
import { up } from '../up.ts';
import type { TemporalEnvironment } from './children.ts';

export interface DemoTemporal {
  /** What to add to a child's environment so that it finds the server. */
  readonly env: TemporalEnvironment;
  /** Where to look, in words. */
  readonly ui: string;
}

/** The server that environment or configuration file name; otherwise the lab's dev server is started. */
export async function temporalForDemo(
  name: string,
  onProgress: (line: string) => void,
): Promise<DemoTemporal> {
  const address = configuredAddress();
  if (address !== undefined) return { env: {}, ui: `the one of the server at ${address}` };
  const { temporal } = await up({ name, only: 'temporal', onProgress });
  if (temporal === null) throw new Error('the lab started no Temporal server');
  return { env: { TEMPORAL_ADDRESS: temporal.address }, ui: temporal.ui };
}

function configuredAddress(): string | undefined {
  try {
    return loadClientConnectConfig().connectionOptions.address;
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`the configuration of Temporal (TEMPORAL_* or its file) cannot be used: ${reason}`, {
      cause: error,
    });
  }
}
