/** A reverse proxy before the emulator: it knows every call, and does to it what a test says. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { request as send } from 'undici';
import { type AwsCall, recognise } from './call.ts';

/** What happens to a call. */
export type Fault =
  /** The service refuses it. */
  | { readonly kind: 'error'; readonly name: string; readonly message?: string; readonly status?: number }
  /** The connection ends, and the service never saw the call. */
  | { readonly kind: 'lost' }
  /** The service did it, and its answer is lost; `then` runs in between. */
  | { readonly kind: 'answer-lost'; readonly then?: () => void | Promise<void> }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The answer is another one. */
  | { readonly kind: 'answer'; readonly change: (text: string) => string };

/** Decides about a call; null lets it pass. */
export type Rule = (call: AwsCall) => Fault | null;

export interface Proxy {
  readonly endpoint: string;
  /** Every call so far, of one account or of all. */
  calls(account?: string): readonly AwsCall[];
  /** From here on the rule counts, until what it gives is called. */
  rule(rule: Rule): () => void;
  end(): Promise<void>;
}

/** Starts a proxy before a server. */
export async function startProxy(target: string): Promise<Proxy> {
  const seen: AwsCall[] = [];
  const rules = new Set<Rule>();
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await textOf(request);
    const named = recognise({ method, path, headers, body });
    const index = seen.filter(({ account }) => account === named.account).length + 1;
    const call = { ...named, index };
    seen.push(call);
    const fault = [...rules].map((rule) => rule(call)).find((found) => found !== null) ?? null;
    if (fault?.kind === 'lost') return void response.destroy();
    if (fault?.kind === 'error') {
      refuse(response, call, fault);
      return;
    }
    if (fault?.kind === 'delay') await sleep(fault.milliseconds);
    const answer = await send(`${target}${path}`, {
      method: method as 'GET',
      headers: passed(headers),
      body,
    });
    const text = await answer.body.text();
    if (fault?.kind === 'answer-lost') {
      await fault.then?.();
      return void response.destroy();
    }
    response.writeHead(answer.statusCode, { 'Content-Type': String(answer.headers['content-type']) });
    response.end(fault?.kind === 'answer' ? fault.change(text) : text);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls: (account) => seen.filter((call) => account === undefined || call.account === account),
    rule: (rule) => {
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    end: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function passed(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const own = new Set(['connection', 'transfer-encoding', 'expect']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)));
}

/** An error in the service's own form: JSON for EKS, XML for the others. */
function refuse(
  response: ServerResponse,
  { service }: AwsCall,
  { name, message = `${name} by the test`, status = 400 }: Extract<Fault, { kind: 'error' }>,
): void {
  if (service === 'eks') {
    response.writeHead(status, { 'Content-Type': 'application/json', 'x-amzn-errortype': name });
    return void response.end(JSON.stringify({ message }));
  }
  const error = `<Code>${name}</Code><Message>${message}</Message>`;
  const body =
    service === 'ec2'
      ? `<Response><Errors><Error>${error}</Error></Errors><RequestID>test</RequestID></Response>`
      : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>test</RequestId></ErrorResponse>`;
  response.writeHead(status, { 'Content-Type': 'text/xml' });
  response.end(body);
}
