import { dirname, join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clientFor } from '../../activities/kubernetes/index.ts';
import { asActivity } from '../activities/support/activity.ts';
import { startApiServer } from '../activities/support/api-server.ts';

let server: Awaited<ReturnType<typeof startApiServer>>;
let kubeconfig: string;
let token: string;

beforeEach(async () => {
  server = await startApiServer(() => ({ code: 200, body: { gitVersion: 'v1.36.3' } }));
  kubeconfig = server.kubeconfig;
  token = join(dirname(kubeconfig), 'token');
  const text = await readFile(kubeconfig, 'utf8');
  await writeFile(kubeconfig, text.replace('"token":"secret-token"', '"tokenFile":"token"'));
});

afterEach(() => server.close());

describe('the token file of a kubeconfig', () => {
  it('is read for each request, from where the kubeconfig is', async () => {
    const client = clientFor({ name: 'test', kubeconfig, context: null });
    for (const renewed of ['first', 'second']) {
      await writeFile(token, `${renewed}\n`);
      await asActivity(() => client.version());
      expect(server.received.at(-1)?.authorization).toBe(`Bearer ${renewed}`);
    }
  });

  it('that is not there is named', async () => {
    const client = clientFor({ name: 'test', kubeconfig, context: null });
    await expect(asActivity(() => client.version())).rejects.toThrow(token);
  });
});
