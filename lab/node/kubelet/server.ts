import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { WebSocketServer } from 'ws';
import { nodeAddress } from '../addresses.ts';
import { reasonOf } from '../api/clients.ts';
import type { KubeletTls, NodeOptions } from '../options.ts';
import type { PodAgent } from '../pods/agent.ts';
import { logFile } from '../pods/container-setup.ts';
import { kubeletPort } from '../registration.ts';
import { execProtocols, serveExec } from './exec.ts';
import { sendLog } from './logs.ts';
import { flag, parseRequest, type ContainerRequest } from './route.ts';

/**
 * Serves what the API server asks of a node: exec and logs. Only a client whose certificate the authority signed,
 * which is the API server, gets past the handshake.
 */
export async function serveKubelet(
  options: NodeOptions,
  agent: PodAgent,
): Promise<{ stop(): Promise<void> }> {
  const server = createServer({
    ...(await readTls(options.kubeletTls)),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: chooseProtocol });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(agent, request, response).catch((error: unknown) => {
      options.log(`node: ${request.url ?? ''} failed: ${reasonOf(error)}`);
      response.destroy();
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const exec = parseRequest(request.url ?? '');
    if (exec?.action !== 'exec') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate());
      void serveExec(opened, find(agent, exec), exec.query);
    });
  });
  server.listen(kubeletPort, nodeAddress(options.block));
  await once(server, 'listening');
  return { stop: () => close(server, sockets) };
}

async function readTls({ cert, key, clientCa }: KubeletTls) {
  const [certText, keyText, caText] = await Promise.all([cert, key, clientCa].map(pem));
  return { cert: certText, key: keyText, ca: caText };
}

async function pem(value: string): Promise<string> {
  return value.includes('-----BEGIN') ? value : readFile(value, 'utf8');
}

function chooseProtocol(offered: Set<string>): string | false {
  return execProtocols.find((protocol) => offered.has(protocol)) ?? false;
}

function find(agent: PodAgent, { namespace, pod, container }: ContainerRequest) {
  return agent.find(namespace, pod)?.container(container);
}

async function answer(agent: PodAgent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/healthz') {
    response.end('ok');
    return;
  }
  const asked = parseRequest(request.url ?? '');
  if (asked?.action !== 'containerLogs') {
    response.writeHead(404).end(`no such path: ${request.url ?? ''}\n`);
    return;
  }
  await answerLogs(agent, asked, response);
}

async function answerLogs(agent: PodAgent, asked: ContainerRequest, response: ServerResponse): Promise<void> {
  const worker = agent.find(asked.namespace, asked.pod);
  const container = worker?.container(asked.container);
  if (worker === undefined || container === undefined) {
    response.writeHead(404).end(`no container ${asked.namespace}/${asked.pod}/${asked.container}\n`);
    return;
  }
  const tail = asked.query.get('tailLines');
  const request = {
    follow: flag(asked.query, 'follow'),
    tailLines: tail === null ? undefined : Number(tail),
  };
  const running = () => container.launch !== undefined;
  await sendLog(logFile(worker.directory, asked.container), request, response, running);
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
