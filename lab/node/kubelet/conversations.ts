/** Requests that a WebSocket is opened for: exec and port-forwards. */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import { WebSocketServer, type WebSocket } from 'ws';
import type { PodAgent } from '../pods/agent.ts';
import { execProtocols, serveExec } from './exec.ts';
import { portForwardProtocols, portOf, servePortForward } from './port-forward.ts';
import { parseRequest } from './route.ts';

/** Serves what upgrades to a WebSocket ask; the function given back ends all that are open. */
export function serveConversations(server: Server, agent: PodAgent): () => void {
  const sockets = { exec: speaking(execProtocols), portForward: speaking(portForwardProtocols) };
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const found = conversation(agent, request.url ?? '');
    if (found === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets[found.kind].handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate());
      found.serve(opened);
    });
  });
  return () => {
    for (const { clients } of Object.values(sockets)) for (const socket of clients) socket.terminate();
  };
}

function speaking(protocols: readonly string[]): WebSocketServer {
  const handleProtocols = (offered: Set<string>) => protocols.find((one) => offered.has(one)) ?? false;
  return new WebSocketServer({ noServer: true, handleProtocols });
}

interface Conversation {
  readonly kind: 'exec' | 'portForward';
  readonly serve: (socket: WebSocket) => void;
}

/** What is to be done with the socket that a path opens; undefined where nothing of it is here. */
function conversation(agent: PodAgent, url: string): Conversation | undefined {
  const asked = parseRequest(url);
  if (asked === undefined || asked.action === 'containerLogs') return undefined;
  const { action, namespace, pod, container, query } = asked;
  const worker = agent.find(namespace, pod);
  // An exec says itself what it lacks, in words that its client shows.
  if (action === 'exec')
    return { kind: action, serve: (socket) => void serveExec(socket, worker?.container(container), query) };
  const port = portOf(query);
  if (worker === undefined || port === undefined) return undefined;
  return { kind: action, serve: (socket) => servePortForward(socket, worker.address, port) };
}
