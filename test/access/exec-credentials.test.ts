import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { clientFor } from '../../activities/kubernetes/index.ts';
import { asActivity } from '../activities/support/activity.ts';
import { startApiServer } from '../activities/support/api-server.ts';
import { fakeProgram } from '../activities/support/fake-program.ts';

let server: Awaited<ReturnType<typeof startApiServer>>;
let program: Awaited<ReturnType<typeof fakeProgram>> | undefined;

beforeEach(async () => {
  server = await startApiServer(() => ({ code: 200, body: { gitVersion: 'v1.36.3' } }));
});

afterEach(async () => {
  await server.close();
  await program?.remove();
  program = undefined;
});

/** A kubeconfig whose user has a program make the credentials. */
async function clientWith(body: string, change: object = {}) {
  program = await fakeProgram(body);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program.path, ...change };
  const text = await readFile(server.kubeconfig, 'utf8');
  await writeFile(
    server.kubeconfig,
    text.replace('"token":"secret-token"', `"exec":${JSON.stringify(exec)}`),
  );
  return clientFor({ name: 'test', kubeconfig: server.kubeconfig, context: null });
}

const credential = (status: object) =>
  `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${JSON.stringify(status)} }));`;

describe('a program that makes credentials', () => {
  it('is run once for as long as they last', async () => {
    const later = new Date(Date.now() + 600_000).toISOString();
    const client = await clientWith(
      `record('ran');${credential({ token: 'made', expirationTimestamp: later })}`,
    );
    await asActivity(() => client.version());
    await asActivity(() => client.version());
    expect(server.received.map(({ authorization }) => authorization)).toEqual(['Bearer made', 'Bearer made']);
    await expect(program?.recorded()).resolves.toEqual(['ran']);
  });

  it('is run again when they have ended', async () => {
    const client = await clientWith(
      `record('ran');${credential({ token: 'made', expirationTimestamp: '2026-01-01T00:00:00Z' })}`,
    );
    await asActivity(() => client.version());
    await asActivity(() => client.version());
    await expect(program?.recorded()).resolves.toEqual(['ran', 'ran']);
  });

  it('is run again a minute after it ran where they tell no end, however often they are used', async () => {
    const client = await clientWith(`record('ran');${credential({ token: 'made' })}`);
    const began = Date.now();
    const now = jest.spyOn(Date, 'now');
    try {
      for (const seconds of [0, 40, 80]) {
        now.mockReturnValue(began + seconds * 1_000);
        await asActivity(() => client.version());
      }
    } finally {
      now.mockRestore();
    }
    await expect(program?.recorded()).resolves.toEqual(['ran', 'ran']);
  });

  it('gets its own arguments and variables, those of a cluster, and no secret of the worker', async () => {
    process.env.TEMPORAL_API_KEY = 'secret';
    try {
      const client = await clientWith(
        `record(JSON.stringify([args, process.env]));${credential({ token: 'made' })}`,
        {
          args: ['get', 'token'],
          env: [{ name: 'AWS_PROFILE', value: 'shop' }],
        },
      );
      await asActivity(() => client.version());
    } finally {
      delete process.env.TEMPORAL_API_KEY;
    }
    const [args, env] = JSON.parse((await program?.recorded())?.[0] ?? '[]') as [
      string[],
      Record<string, string>,
    ];
    expect(args).toEqual(['get', 'token']);
    expect(env).toMatchObject({ AWS_PROFILE: 'shop', PATH: process.env.PATH });
    expect(JSON.parse(env.KUBERNETES_EXEC_INFO ?? '')).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
    expect(env.TEMPORAL_API_KEY).toBeUndefined();
  });

  it('is found from where the kubeconfig is', async () => {
    const client = await clientWith(credential({ token: 'made' }), { command: './helper' });
    await writeFile(join(dirname(server.kubeconfig), 'helper'), `#!/bin/sh\nexec ${program?.path ?? ''}\n`, {
      mode: 0o755,
    });
    await asActivity(() => client.version());
    expect(server.received[0]?.authorization).toBe('Bearer made');
  });

  it('that fails is named with its last words, that prints anything else without any', async () => {
    const failing = await clientWith('console.log("s3cret"); console.error("log in first"); process.exit(1)');
    await expect(asActivity(() => failing.version())).rejects.toThrow(
      /program.mjs, which makes credentials, failed: log in first/,
    );
    expect(basename(program?.path ?? '')).toBe('program.mjs');
  });

  it('that prints no credential is told so, without what it printed', async () => {
    const client = await clientWith('console.log("s3cret")');
    await expect(asActivity(() => client.version())).rejects.toThrow(
      /^((?!s3cret).)*printed no ExecCredential$/s,
    );
  });
});
