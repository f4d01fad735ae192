import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findIngressUrl } from '../../../lab/load/ingress.ts';

let state: string;
let server: Server;
let asked: string | undefined;
let answer: { status: number; body: object };
const before = process.env.XDG_STATE_HOME;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'sluice-state-'));
  process.env.XDG_STATE_HOME = state;
  server = createServer((request, response) => {
    asked = request.url;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const lab = join(state, 'sluice', 'labs', 'default');
  await mkdir(lab, { recursive: true });
  await writeFile(join(lab, 'kubeconfig'), kubeconfig((server.address() as AddressInfo).port));
});

afterEach(async () => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  server.close();
  server.closeAllConnections();
  await rm(state, { recursive: true });
});

const kubeconfig = (port: number) => `
apiVersion: v1
kind: Config
current-context: lab
clusters: [{ name: lab, cluster: { server: 'http://127.0.0.1:${port}', insecure-skip-tls-verify: true } }]
users: [{ name: lab, user: {} }]
contexts: [{ name: lab, context: { cluster: lab, user: lab } }]
`;

const service = (ingress: object[]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  spec: {
    ports: [
      { name: 'status-port', port: 15021 },
      { name: 'http2', port: 8080 },
    ],
  },
  status: { loadBalancer: { ingress } },
});

describe('findIngressUrl', () => {
  it("is productpage at the load balancer's address and the http2 port", async () => {
    answer = { status: 200, body: service([{ ip: '127.80.200.1' }]) };
    expect(await findIngressUrl('default')).toBe('http://127.80.200.1:8080/productpage');
    expect(asked).toBe('/api/v1/namespaces/istio-system/services/istio-ingressgateway');
  });

  it('says that the gateway is not there, or has no address yet', async () => {
    answer = { status: 404, body: { kind: 'Status', code: 404 } };
    await expect(findIngressUrl('default')).rejects.toThrow(
      'Service istio-system/istio-ingressgateway is not there: start a rollout first, or give --url',
    );
    answer = { status: 200, body: service([]) };
    await expect(findIngressUrl('default')).rejects.toThrow(
      'Service istio-system/istio-ingressgateway has no external address yet: wait, or give --url',
    );
  });

  it('says that the lab is not up', async () => {
    await expect(findIngressUrl('other')).rejects.toThrow(
      "no lab 'other' is up: start it with 'sluice lab up --name other', or give --url",
    );
  });
});
