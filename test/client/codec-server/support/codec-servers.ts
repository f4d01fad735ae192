import type { PayloadCodec } from '@temporalio/common';
import { type CodecServer, serveCodec } from '../../../../client/codec-server/serve-codec.ts';

/** Origin of the one Web UI that may ask. */
export const ui = 'http://localhost:8233';

/** Codec servers of a test file. */
export class CodecServers {
  private readonly servers: CodecServer[] = [];
  /** What they were in trouble for. */
  readonly troubles: string[] = [];

  /** Port of one that serves a codec. */
  async serve(codec: PayloadCodec, host = '127.0.0.1'): Promise<number> {
    const onTrouble = (reason: string) => void this.troubles.push(reason);
    const server = await serveCodec({ host, port: 0 }, { codec, origins: [ui], onTrouble });
    this.servers.push(server);
    return server.address.port;
  }

  async close(): Promise<void> {
    for (const server of this.servers.splice(0)) await server.close();
  }
}
