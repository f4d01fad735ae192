/** Plants secrets where a worker finds them, runs rollouts, and reads everything that is left of those. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import { Lab } from './fixtures/lab.ts';
import { bookinfo, canary, Rollout } from './fixtures/rollout.ts';
import { credentialsOf, found, knownOf, plant, startReceiver } from './fixtures/secrets.ts';

jest.setTimeout(45 * 60_000);

const webhook = plant('webhook');
const token = plant('token');
const planted = {
  AWS_ACCESS_KEY_ID: plant('aws-key-id'),
  AWS_SECRET_ACCESS_KEY: plant('aws-secret'),
  AWS_SESSION_TOKEN: plant('aws-session'),
  TEMPORAL_API_KEY: plant('api-key'),
};
// The key goes in the clear, as the dev server has no TLS: what matters here is where else it comes up.
const surroundings = { ...planted, TEMPORAL_TLS: 'false' };

describe('secrets', () => {
  let lab: Lab;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let secrets: Readonly<Record<string, string>>;

  beforeAll(async () => {
    receiver = await startReceiver();
    lab = await Lab.up('secrets', { ...surroundings, SLUICE_NOTIFY_TEST: `${receiver.address}/${webhook}` });
    secrets = { ...planted, webhook, token };
  });

  afterAll(async () => {
    await lab.down();
    await receiver.end();
  });

  it('are in nothing that a promoted rollout leaves behind', async () => {
    const notifications = [{ urlFromEnv: 'SLUICE_NOTIFY_TEST' }, { urlFromEnv: 'SLUICE_NOTIFY_UNSET' }];
    const spec = await bookinfo(lab, '5s', [[['spec', 'notifications'], notifications]]);
    const rollout = await Rollout.start(lab, spec);
    const load = await lab.load(20);
    await rollout.holding('reviews-v2-10');
    const heartbeats = await knownOf(lab.client.workflow.getHandle(rollout.id));
    const { exitCode, result } = await rollout.end();
    await load.stop();
    expect(exitCode).toBe(0);

    const { kubeconfig } = await lab.describe();
    const credentials = await credentialsOf(kubeconfig ?? '');
    expect(credentials.length).toBeGreaterThan(0);
    secrets = {
      ...secrets,
      ...Object.fromEntries(credentials.map((secret, at) => [`kubeconfig ${at}`, secret])),
    };

    const history = await knownOf(lab.client.workflow.getHandle(rollout.id));
    const shown = await lab.sluice('status', rollout.id);
    const listed = await lab.sluice('list', '--output', 'json');
    // Where the receiver comes up, it does by the name of its variable.
    expect(history).toContain('$SLUICE_NOTIFY_TEST was not told of promoted: it answered 500');
    expect(receiver.bodies.join('')).toContain('promoted');
    const everything = {
      heartbeats,
      history,
      result: JSON.stringify(result),
      status: shown.stdout,
      listed: listed.stdout,
      bodies: receiver.bodies.join(''),
    };
    for (const [place, text] of Object.entries(everything)) {
      expect([place, found(secrets, text)]).toEqual([place, []]);
      process.stderr.write(
        `${place}: ${text.length} characters, none of ${Object.keys(secrets).length} secrets\n`,
      );
    }
  });

  it('are in nothing that a rollout leaves that its cluster turned away', async () => {
    const { kubeconfig } = await lab.describe();
    const file = join(lab.stateHome, 'turned-away.yaml');
    await writeFile(file, withToken(await readFile(kubeconfig ?? '', 'utf8')));
    const spec = await canary(lab, 'turned-away', [{ reviews: { v1: 100 } }]);
    await writeFile(spec, (await readFile(spec, 'utf8')).replace(kubeconfig ?? '', file));
    const id = 'rollout/turned-away/default/reviews';
    const ran = await lab.sluice('start', spec, '--output', 'json');
    expect(ran.exitCode).toBe(1);
    const everything = { history: await knownOf(lab.client.workflow.getHandle(id)), ...ran };
    expect(everything.history).toMatch(/Unauthorized|401/);
    expect(found(secrets, JSON.stringify(everything))).toEqual([]);
  });

  it("are not in the worker's log", async () => {
    lab.worker.kill('SIGTERM');
    const { stdout, stderr } = await lab.worker.done;
    expect(stderr).toContain('worker ready');
    expect(found(secrets, stdout + stderr)).toEqual([]);
  });
});

/** The same cluster, and a user whose token nobody knows. */
function withToken(kubeconfig: string): string {
  const server = /server: (\S+)/.exec(kubeconfig)?.[1] ?? '';
  const authority = /certificate-authority-data: (\S+)/.exec(kubeconfig)?.[1];
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'turned-away',
    clusters: [
      { name: 'lab', cluster: { server, ...(authority && { 'certificate-authority-data': authority }) } },
    ],
    users: [{ name: 'nobody', user: { token } }],
    contexts: [{ name: 'turned-away', context: { cluster: 'lab', user: 'nobody' } }],
  });
}
