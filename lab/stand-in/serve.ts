import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

export interface StandIn {
  readonly image: string;
  readonly address: string;
  readonly ports: readonly number[];
}

export interface ServedStandIn {
  /** What it says of itself, to every request. */
  readonly text: string;
  readonly stop: () => Promise<void>;
}

/** Answers every request on every port with what it stands for. */
export async function serveStandIn({ image, address, ports }: StandIn): Promise<ServedStandIn> {
  const text = `this is a stand-in for ${image}: the lab runs processes, not images, and nothing of that image works here`;
  const servers = await Promise.all(ports.map((port) => listen(text, address, port)));
  const stop = async () => {
    await Promise.all(servers.map(close));
  };
  return { text, stop };
}

async function listen(text: string, address: string, port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
