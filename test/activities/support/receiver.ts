import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it came. */
export interface Posted {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: unknown;
}

/** An HTTP server that takes JSON and answers as a test says; `answer` may keep silent. */
export async function startReceiver(answer: (response: ServerResponse, posted: Posted) => void) {
  const received: Posted[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const posted = {
        method,
        path: url,
        contentType: headers['content-type'] ?? '',
        body: JSON.parse(body === '' ? 'null' : body) as unknown,
      };
      received.push(posted);
      answer(response, posted);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { address: `http://127.0.0.1:${port}`, received, close };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
