import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { queryResult } from '../../../../activities/gates/prometheus.ts';
import { startReceiver } from '../../support/receiver.ts';
import { one, startGuarded } from './guarded-server.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const query = `sum(x{a="b c+d/*'é"}) or vector(0)`;
const environment = { ...process.env };
let directory = '';
let closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-credentials-'));
});

afterEach(async () => {
  await Promise.all(closing.map(async (close) => close()));
  closing = [];
  process.env = { ...environment };
  await rm(directory, { recursive: true, force: true });
});

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(directory, name), text);
  return join(directory, name);
}

/** The worker's file of credentials: `mine`, for an address. */
async function have(address: string, set: object): Promise<void> {
  const text = stringify({ mine: { addresses: [address], ...set } });
  process.env.SLUICE_PROMETHEUS_CREDENTIALS = await file('credentials.yaml', text);
}

async function ask(address: string, credentials: string | null = 'mine') {
  const { signal } = new AbortController();
  return queryResult({ prometheus: { address, credentials }, query, at: 1_000, signal });
}

const answered = { type: 'vector', series: [{ labels: {}, value: 1 }] };

/** A plain server that answers those who are let in. */
async function plain(letIn: (request: IncomingMessage) => boolean) {
  const requests: IncomingMessage[] = [];
  const server = await startReceiver((response) => {
    const { req: request } = response;
    requests.push(request);
    response
      .writeHead(letIn(request) ? 200 : 401)
      .end(letIn(request) ? one : JSON.stringify(request.headers));
  });
  closing.push(server.close);
  return { address: server.address, requests };
}

async function guarded(answer: Answering, options = {}) {
  const server = await startGuarded(answer, options);
  closing.push(server.close);
  return server;
}

const letIn: Answering = (_, response) => void response.end(one);

describe('credentials', () => {
  it('are basic authentication, a tenant and headers, from files and variables', async () => {
    const { address, requests } = await plain(({ headers }) => headers.authorization !== undefined);
    process.env.PLANTED_HEADER = 'from-the-environment';
    await have(address, {
      basicAuth: { username: 'sluice', password: { file: await file('password', 'hunter2-planted\n') } },
      tenant: 'team-a',
      headers: { 'X-Key': { env: 'PLANTED_HEADER' } },
    });
    await expect(ask(address)).resolves.toEqual(answered);
    expect(requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('sluice:hunter2-planted').toString('base64')}`,
      'x-scope-orgid': 'team-a',
      'x-key': 'from-the-environment',
    });
  });

  it('are read anew when their file changes', async () => {
    const { address } = await plain(({ headers }) => headers.authorization === 'Bearer second-token');
    await have(address, { bearerToken: { file: await file('token', 'first-token') } });
    await expect(ask(address)).resolves.toMatchObject({ refused: true });
    await file('token', 'second-token');
    await expect(ask(address)).resolves.toEqual(answered);
  });

  it('are a private CA and a client certificate, those of now', async () => {
    const [first, second] = [await guarded(letIn, { mutual: true }), await guarded(letIn, { mutual: true })];
    const tls = {
      ca: { file: await file('ca.crt', first.ca) },
      certificate: { file: await file('tls.crt', first.client.certificate) },
      key: { file: await file('tls.key', first.client.key) },
    };
    await have(first.address, { tls });
    await expect(ask(first.address)).resolves.toEqual(answered);
    await have(second.address, { tls });
    await expect(ask(second.address)).resolves.toMatchObject({ refused: true });
    await file('ca.crt', second.ca);
    await file('tls.crt', second.client.certificate);
    await file('tls.key', second.client.key);
    await expect(ask(second.address)).resolves.toEqual(answered);
  });

  it('take a certificate of another name where its name is given', async () => {
    const { address, ca } = await guarded(letIn, { names: ['prometheus.example'] });
    await have(address, { tls: { ca } });
    await expect(ask(address)).resolves.toMatchObject({
      trouble: expect.stringContaining('give tls.serverName in credentials'),
      refused: true,
    });
    await have(address, { tls: { ca, serverName: 'prometheus.example' } });
    await expect(ask(address)).resolves.toEqual(answered);
  });

  it('sign for AWS, so that the server finds the same signature', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIDPLANTED';
    process.env.AWS_SECRET_ACCESS_KEY = 'planted-secret-key';
    const { address, requests } = await plain(() => true);
    await have(address, { sigv4: { region: 'eu-west-1' } });
    await expect(ask(`${address}/workspaces/ws-1`)).resolves.toEqual(answered);
    const [request] = requests;
    if (request === undefined) throw new Error('nothing was asked');
    expect(request.url).toMatch(/^\/workspaces\/ws-1\/api\/v1\/query\?query=sum%28x%7B/);
    expect(request.headers.authorization).toContain('/eu-west-1/aps/aws4_request, ');
    expect(request.headers.authorization).toBe(signatureOf(request, 'planted-secret-key'));
  });
});

/** Signature Version 4 as AWS documents it, of a GET. */
function signatureOf({ headers, url = '' }: IncomingMessage, secret: string): string {
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+),/.exec(headers.authorization ?? '') ?? [];
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const [path = '', query = ''] = url.split('?');
  const canonical = [
    'GET',
    path,
    query.split('&').sort().join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name])}`),
    '',
    names,
    hash(''),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=AKIDPLANTED/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

describe('credentials that are not there', () => {
  const address = 'http://127.0.0.1:1';

  it.each<[string, object, string]>([
    [
      'a variable',
      { bearerToken: { env: 'NOT_THERE' } },
      'mine.bearerToken: the worker has no variable NOT_THERE',
    ],
    [
      'a file',
      { basicAuth: { username: 'a', password: { file: '/not/there' } } },
      'mine.basicAuth.password: the worker cannot read /not/there: there is no such file',
    ],
    ['a certificate', { tls: { ca: 'not a certificate' } }, 'mine.tls cannot be used: '],
    [
      'two ways',
      { bearerToken: 'planted', sigv4: {} },
      'mine: it must be one of basicAuth, bearerToken and sigv4',
    ],
    [
      'half a certificate',
      { tls: { key: 'planted' } },
      'mine.tls: it must be certificate and key, both or neither',
    ],
    ['a wrong field', { bearerTokn: 'planted' }, 'bearerTokn'],
    [
      'a wrong secret',
      { bearerToken: { path: 'planted' } },
      'mine.bearerToken: it must be text, {file: path} or',
    ],
  ])('say so: %s', async (_, set, text) => {
    await have(address, set);
    const result = await ask(address);
    expect(result).toMatchObject({ trouble: expect.stringContaining(text), refused: true });
    expect(JSON.stringify(result)).not.toContain('planted');
  });

  it('say so: the name, the file, all of it', async () => {
    await have(address, {});
    await expect(ask(address, 'other')).resolves.toMatchObject({
      trouble: expect.stringMatching(
        /^spec\.metrics\.prometheus\.credentials names "other", and .* has mine$/,
      ),
    });
    await file('credentials.yaml', '- a: [');
    await expect(ask(address)).resolves.toMatchObject({ trouble: expect.stringContaining('is not YAML') });
    for (const text of ['password: *planted', 'a: b\n  planted: [']) {
      await file('credentials.yaml', text);
      const { trouble } = (await ask(address)) as { trouble: string };
      expect(trouble).toMatch(/credentials\.yaml is not YAML(: line \d+ \(\w+\))?$/);
      expect(trouble).not.toContain('planted');
    }
    process.env.SLUICE_PROMETHEUS_CREDENTIALS = '/dev/zero';
    await expect(ask(address)).resolves.toMatchObject({
      trouble: expect.stringContaining('the worker cannot read /dev/zero'),
    });
    process.env.SLUICE_PROMETHEUS_CREDENTIALS = '/not/there';
    await expect(ask(address)).resolves.toMatchObject({
      trouble: expect.stringContaining('there is no such file'),
    });
    delete process.env.SLUICE_PROMETHEUS_CREDENTIALS;
    await expect(ask(address)).resolves.toMatchObject({
      trouble: expect.stringContaining('set SLUICE_PROMETHEUS_CREDENTIALS'),
      refused: true,
    });
  });
});

describe('credentials stay with the worker', () => {
  it('and go to no address but theirs', async () => {
    const { address, requests } = await plain(() => true);
    for (const base of ['https://prometheus.example', `${address}/prom`, address.replace(/\d+$/, '1')]) {
      await have(base, { bearerToken: 'planted-token' });
      await expect(ask(address)).resolves.toMatchObject({
        trouble: expect.stringContaining(`has them for ${base} alone`),
        refused: true,
      });
      await expect(ask(`${address}/promotion`)).resolves.toMatchObject({ refused: true });
    }
    expect(requests).toEqual([]);
  });

  it('and in no message, should a server repeat them', async () => {
    const { address } = await plain(() => false);
    for (const set of [
      { bearerToken: 'planted-token' },
      { basicAuth: { username: 'sluice', password: 'planted-password' } },
      { headers: { 'X-Api-Key': 'planted-key' } },
    ]) {
      await have(address, set);
      const text = JSON.stringify(await ask(address));
      expect(text).toContain('(secret)');
      expect(text).not.toContain('planted');
      expect(text).not.toContain(Buffer.from('sluice:planted-password').toString('base64'));
    }
  });
});

describe('a Prometheus that does not let in', () => {
  async function troubleOf(
    status: number,
    { body = '', headers = {} }: { body?: string; headers?: Record<string, string> },
  ) {
    const server = await startReceiver((response) => void response.writeHead(status, headers).end(body));
    closing.push(server.close);
    return ask(server.address, null);
  }

  it.each<[number, { body?: string; headers?: Record<string, string> }, RegExp]>([
    [
      401,
      { body: 'no org id' },
      /with 401: no org id: it was asked without credentials, name those .* want a tenant$/,
    ],
    [403, {}, /with 403: nothing: it was asked without credentials, which may not query/],
    [
      302,
      { headers: { location: 'https://login.example/start?state=planted' } },
      /with 302: nothing: it leads to https:\/\/login\.example\/start, perhaps to log in: /,
    ],
    [302, { headers: { location: '/login' } }, /it leads to \/login, /],
    [
      200,
      { body: '<!DOCTYPE html><html>…', headers: { 'content-type': 'text/html; charset=utf-8' } },
      /with 200: a web page: that is not the API of Prometheus; is it a page to log in\?/,
    ],
    [
      404,
      { body: '404 page not found' },
      /with 404: 404 page not found: .* lack a path, such as \/prometheus\?$/,
    ],
  ])('by %p says what to do', async (status, answer, text) => {
    const found = await troubleOf(status, answer);
    expect(found).toMatchObject({ trouble: expect.stringMatching(text), refused: true });
    expect(JSON.stringify(found)).not.toContain('planted');
  });

  it('by its certificate says what to do', async () => {
    const unknown = await guarded(letIn);
    await expect(ask(unknown.address, null)).resolves.toMatchObject({
      trouble: expect.stringContaining('give its CA in tls.ca of credentials'),
      refused: true,
    });
    const mutual = await guarded(letIn, { mutual: true });
    await have(mutual.address, { tls: { ca: mutual.ca } });
    await expect(ask(mutual.address)).resolves.toMatchObject({
      trouble: expect.stringContaining('give tls.certificate and tls.key in credentials'),
    });
  });

  it('by more than anybody reads is told', async () => {
    const found = await troubleOf(200, { body: ' '.repeat(33 * 1024 * 1024) });
    expect(found).toMatchObject({
      trouble: expect.stringContaining('more than a gate reads'),
      refused: false,
    });
  });
});
