/** The way from the worker to Temporal: a connection that can be cut without either of them being touched. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Relay {
  /** Host and port. */
  readonly address: string;
  /** Breaks what is open, and lets nothing through until it is mended. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/** Passes connections on to a port of this machine. */
export async function startRelay(port: number): Promise<Relay> {
  const open = new Set<Socket>();
  let isCut = false;
  const breakAll = () => open.forEach((socket) => socket.destroy());
  const keep = (socket: Socket, other: Socket) => {
    open.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      open.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: loopback, port, noDelay: true });
    client.setNoDelay(true);
    keep(client, upstream);
    keep(upstream, client);
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  return {
    address: `${loopback}:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      breakAll();
    },
    mend: () => void (isCut = false),
    close: async () => {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}
