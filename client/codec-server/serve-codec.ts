/**
 * Temporal's protocol for codec servers, by which its Web UI and its CLI have payloads decoded
 * (https://github.com/temporalio/samples-go/blob/main/codec-server/protocol.md).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { ListenAddress } from '../../domain/listen-address.ts';
import { messageOf } from '../../domain/message-of.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { formatPayloads, parsePayloads } from '../../encryption/payloads-json.ts';
import { checkHost, corsHeaders, preflightHeaders } from './callers.ts';
import { readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';

export interface CodecServer {
  readonly address: ListenAddress;
  close(): Promise<void>;
}

export interface CodecOptions {
  readonly codec: PayloadCodec;
  /** Of pages that may ask, as browsers send them. */
  readonly origins: readonly string[];
  /** Told why payloads were not decrypted, which some clients keep to themselves. */
  readonly onTrouble: (reason: string) => void;
}

type Reply = readonly [status: number, headers: Readonly<Record<string, string>>, body: string];

/** In ms, for a request from this machine. */
const requestTimeout = 30_000;

/** Of an error, in characters: names that it quotes may be of any length. */
const maxMessage = 1_000;

/**
 * Encodes and decodes for whoever asks at the address. It cannot know who that is: the address has to be one of loopback,
 * and what is to be reached from elsewhere needs a proxy before it that knows. Nothing of what payloads hold is told to anybody else.
 * @throws Error of the operating system when it cannot listen there
 */
export async function serveCodec(address: ListenAddress, options: CodecOptions): Promise<CodecServer> {
  const server = createServer({ requestTimeout }, (request, response) => {
    void answer(request, response, options);
  });
  server.listen(address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: { ...address, port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: CodecOptions,
): Promise<void> {
  let cors: Record<string, string> = {};
  try {
    checkHost(request);
    cors = corsHeaders(request, options.origins);
    send(response, await replyTo(request, options), cors);
  } catch (error) {
    send(response, refused(error), cors);
  }
}

async function replyTo(request: IncomingMessage, { codec, onTrouble }: CodecOptions): Promise<Reply> {
  const convert = conversionOf(request.url ?? '/', codec);
  if (request.method === 'OPTIONS') return [204, preflightHeaders, ''];
  if (request.method !== 'POST')
    throw new Refusal(405, `the method is ${request.method}: POST is allowed`, { Allow: 'POST, OPTIONS' });
  const payloads = parse(await readBody(request));
  try {
    return [200, { 'Content-Type': 'application/json' }, formatPayloads(await convert(payloads))];
  } catch (error) {
    onTrouble(messageOf(error));
    throw new Refusal(400, messageOf(error));
  }
}

/** The last part of the path decides: an endpoint may have a namespace, or whatever a proxy needs, before it. */
function conversionOf(url: string, codec: PayloadCodec): PayloadCodec['decode'] {
  const path = url.split('?')[0] ?? url;
  if (path.endsWith('/decode')) return (payloads) => codec.decode(payloads);
  if (path.endsWith('/encode')) return (payloads) => codec.encode(payloads);
  throw new Refusal(404, `the path is ${JSON.stringify(path)}: …/decode and …/encode are allowed`);
}

function parse(text: string): Payload[] {
  try {
    return parsePayloads(text);
  } catch (error) {
    throw new Refusal(400, messageOf(error));
  }
}

/** In plain text: the `temporal` CLI shows it as it is. */
function refused(error: unknown): Reply {
  const { status, headers } = error instanceof Refusal ? error : new Refusal(500, '');
  const message = oneLine(messageOf(error)).slice(0, maxMessage);
  return [status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, `${message}\n`];
}

function send(response: ServerResponse, [status, headers, body]: Reply, cors: Record<string, string>): void {
  const always = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', Vary: 'Origin' };
  response.writeHead(status, { ...always, ...cors, ...headers });
  response.end(body);
}
