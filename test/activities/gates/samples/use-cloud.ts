import { afterEach, beforeEach } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { startReceiver, type Posted, type Receiver } from '../../support/receiver.ts';

/** The API of a cloud on loopback, as tests have it answer. */
export interface Cloud {
  /** Requests of the test that runs. */
  readonly asked: readonly IncomingMessage[];
  /** The same, as they were read. */
  readonly received: readonly Posted[];
  /** Has it answer so; a body that is no text as JSON. */
  answer(status: number, body: unknown): Promise<void>;
  /** Has it answer nothing any more. */
  close(): Promise<void>;
}

/**
 * Gives each test a cloud of its own, and the environment back afterwards.
 * @param keys variables with the worker's keys
 * @param lead puts the API's address where the worker looks for it
 */
export function useCloud(keys: Readonly<Record<string, string>>, lead: (address: string) => void): Cloud {
  const environment = { ...process.env };
  const asked: IncomingMessage[] = [];
  let server: Receiver | undefined;

  beforeEach(() => {
    Object.assign(process.env, keys);
    asked.length = 0;
  });

  const close = async () => {
    await server?.close();
    server = undefined;
  };

  afterEach(async () => {
    process.env = { ...environment };
    await close();
  });

  return {
    asked,
    get received() {
      return server?.received ?? [];
    },
    close,
    async answer(status, body) {
      server = await startReceiver((response) => {
        asked.push(response.req);
        response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
      lead(server.address);
    },
  };
}
