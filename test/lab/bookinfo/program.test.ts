import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { podHeader } from '../../../lab/bookinfo/serve.ts';

const program = new URL('../../../lab/bookinfo/reviews.ts', import.meta.url).pathname;

let directory: string;
let child: ChildProcess | undefined;
let agent: Agent;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-bookinfo-'));
  agent = new Agent({ keepAlive: true });
});

afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  agent.destroy();
  await rm(directory, { recursive: true });
});

const turn = (fault: object) =>
  writeFile(join(directory, 'faults.json'), JSON.stringify({ 'reviews-v1': fault }));

async function start(env: Record<string, string> = {}): Promise<{ url: string; ended: Promise<unknown[]> }> {
  child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      POD_IP: '127.0.0.1',
      PORT: '0',
      POD_NAME: 'reviews-v1-a-b',
      SERVICE_VERSION: 'v1',
      SLUICE_LAB_WORKLOAD: 'reviews-v1',
      SLUICE_LAB_FAULTS: join(directory, 'faults.json'),
      ...env,
    },
  });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(child.stdout ?? process.stdin, 'data').then(String),
    ended.then(() => ''),
  ]);
  return { url: /http:\S+/.exec(line)?.[0] ?? '', ended };
}

async function podThatAnswers(url: string): Promise<{ status: number; pod: string | null }> {
  const { status, headers } = await fetch(url);
  return { status, pod: headers.get(podHeader) };
}

function ask(url: string): Promise<{ status: number | undefined; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().on('end', () => {
        resolve({ status: response.statusCode, connection: response.headers.connection });
      });
    }).on('error', reject);
  });
}

describe('a Bookinfo program', () => {
  it('finishes what is in flight on SIGTERM, tells the caller to go, and ends well within 2 s', async () => {
    await turn({ latencyMs: 500 });
    const { url, ended } = await start();
    await ask(`${url}/health`);
    const slow = ask(`${url}/reviews/0`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    child?.kill('SIGTERM');
    expect(await slow).toEqual({ status: 200, connection: 'close' });
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('still answers on a connection that was kept, then lets it go', async () => {
    const { url, ended } = await start();
    expect(await ask(`${url}/reviews/0`)).toEqual({ status: 200, connection: 'keep-alive' });
    child?.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await ask(`${url}/reviews/0`)).toEqual({ status: 200, connection: 'close' });
    await expect(ask(`${url}/reviews/0`)).rejects.toThrow('ECONNREFUSED');
    expect(await ended).toEqual([0, null]);
  });

  it('turns faults on and off while it runs, and crashes with exit code 1', async () => {
    const { url, ended } = await start();
    const settle = () => new Promise((resolve) => setTimeout(resolve, 60));
    expect((await ask(`${url}/reviews/0`)).status).toBe(200);
    await turn({ error: 1 });
    await settle();
    expect((await ask(`${url}/reviews/0`)).status).toBe(500);
    await turn({});
    await settle();
    expect((await ask(`${url}/reviews/0`)).status).toBe(200);
    await turn({ crash: true });
    await settle();
    expect((await ask(`${url}/health`)).status).toBe(200);
    await expect(ask(`${url}/reviews/0`)).rejects.toThrow();
    expect(await ended).toEqual([1, null]);
  });

  it('names its pod in every answer, also where it was told to fail', async () => {
    const { url } = await start();
    expect(await podThatAnswers(`${url}/reviews/0`)).toEqual({ status: 200, pod: 'reviews-v1-a-b' });
    await turn({ error: 1 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await podThatAnswers(`${url}/reviews/0`)).toEqual({ status: 500, pod: 'reviews-v1-a-b' });
  });

  it.each([
    [{ POD_IP: '' }, 'POD_IP is not set: give the loopback address to listen on'],
    [{ PORT: 'http' }, "PORT is 'http': give a number from 0 to 65535"],
    [{ SERVICE_VERSION: 'v2' }, 'SLUICE_LAB_MESH is not set: give the base URL of the sidecar'],
  ])('does not start with %j', async (env, message) => {
    const starting = start(env);
    let said = '';
    child?.stderr?.on('data', (data) => (said += String(data)));
    const { ended } = await starting;
    expect(await ended).toEqual([1, null]);
    expect(said).toContain(message);
  });
});
