import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds in which a proxy may still use a connection it had kept, and is then told that it closes. */
const idleGrace = 300;

/** Milliseconds after which the process ends whatever is in flight. */
const deadline = 1_700;

/** Stops accepting, lets what is in flight finish, and resolves when all connections are gone, within 2 s. */
export async function drain(server: Server): Promise<void> {
  // http.Server's own close drops idle connections at once, and with them a request that is just on its way.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  const ended = sleep(deadline, undefined, { ref: false });
  await Promise.race([closed, sleep(idleGrace)]);
  server.closeIdleConnections();
  await Promise.race([closed, ended]);
  server.closeAllConnections();
}
