import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findSidecarUrl } from '../../../lab/load/sidecar.ts';

let state: string;
let server: Server;
let asked: string | undefined;
let pods: object[];
const before = process.env.XDG_STATE_HOME;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'sluice-state-'));
  process.env.XDG_STATE_HOME = state;
  server = createServer((request, response) => {
    asked = request.url;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: pods }));
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

const pod = (phase: string, podIP: string, metadata: object = {}) => ({
  metadata: { name: 'productpage-v1-a-b', ...metadata },
  status: { phase, podIP },
});

describe('findSidecarUrl', () => {
  it("is the mesh listener beside the address of the app's pod that runs", async () => {
    pods = [
      pod('Failed', '127.80.1.1'),
      pod('Running', '127.80.1.2', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      pod('Running', '127.80.1.3'),
    ];
    expect(await findSidecarUrl('default', 'productpage')).toBe('http://127.80.65.3:9080');
    expect(asked).toBe('/api/v1/namespaces/default/pods?labelSelector=app%3Dproductpage');
  });

  it('says that no pod runs, or that the lab is not up', async () => {
    pods = [];
    await expect(findSidecarUrl('default', 'productpage')).rejects.toThrow(
      "no pod of productpage runs in namespace default of lab 'default': start a rollout first",
    );
    await expect(findSidecarUrl('other', 'productpage')).rejects.toThrow("no lab 'other' is up");
  });
});
