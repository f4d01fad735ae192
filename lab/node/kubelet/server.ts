import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { nodeAddress } from '../addresses.ts';
import { reasonOf } from '../api/clients.ts';
import type { NodeOptions } from '../options.ts';
import type { KubeletTls } from '../settings.ts';
import type { PodAgent } from '../pods/agent.ts';
import { logFile } from '../pods/container-setup.ts';
import { kubeletPort } from '../registration.ts';
import { serveConversations } from './conversations.ts';
import { sendLog } from './logs.ts';
import { flag, parseRequest, type PodRequest } from './route.ts';

/**
 * Serves what the API server asks of a node: exec, port-forwards and logs. Only a client whose certificate the
 * authority signed, which is the API server, gets past the handshake.
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
  const endConversations = serveConversations(server, agent);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(agent, request, response).catch((error: unknown) => {
      options.log(`node: ${request.url ?? ''} failed: ${reasonOf(error)}`);
      response.destroy();
    });
  });
  server.listen(kubeletPort, nodeAddress(options.block));
  await once(server, 'listening');
  return {
    stop: async () => {
      endConversations();
      await close(server);
    },
  };
}

async function readTls({ cert, key, clientCa }: KubeletTls) {
  const [certText, keyText, caText] = await Promise.all([cert, key, clientCa].map(pem));
  return { cert: certText, key: keyText, ca: caText };
}

async function pem(value: string): Promise<string> {
  return value.includes('-----BEGIN') ? value : readFile(value, 'utf8');
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

async function answerLogs(agent: PodAgent, asked: PodRequest, response: ServerResponse): Promise<void> {
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

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
