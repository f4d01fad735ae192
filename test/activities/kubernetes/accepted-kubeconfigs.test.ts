import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClusterActivities } from '../../../activities/cluster/index.ts';
import { requireAccepted } from '../../../activities/kubernetes/accepted-kubeconfigs.ts';
import { clientFor } from '../../../activities/kubernetes/index.ts';
import { withKubeconfigFile } from '../../../activities/kubernetes/kubeconfig-file.ts';
import { asActivity } from '../support/activity.ts';
import { depsWith } from '../support/deps.ts';
import { connection } from '../support/objects.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-test-'));
mkdirSync(join(root, 'clusters'));
mkdirSync(join(root, 'state/sluice/labs/default'), { recursive: true });
writeFileSync(join(root, 'clusters/shop'), '');
writeFileSync(join(root, 'credentials'), '');
symlinkSync(join(root, 'credentials'), join(root, 'clusters/link'));

afterAll(() => rmSync(root, { recursive: true }));

const env = {
  KUBECONFIG: `${root}/one:${root}/two`,
  XDG_STATE_HOME: `${root}/state`,
  SLUICE_KUBECONFIGS: `${root}/clusters:${root}/three`,
};
const refused = expect.objectContaining({ type: 'InvalidTarget', nonRetryable: true });

describe('a worker', () => {
  it.each([
    null,
    `${root}/one`,
    `${root}/two`,
    `${root}/three`,
    `${root}/clusters/shop`,
    `${root}/clusters/./new/one`,
    `${root}/state/sluice/labs/default/kubeconfig`,
    join(homedir(), '.kube', 'none-of-this-name'),
  ])('accepts the kubeconfig %s', (path) => {
    expect(() => requireAccepted(path, env)).not.toThrow();
  });

  it.each([
    `${root}/credentials`,
    `${root}/clusters/../credentials`,
    `${root}/clusters/link`,
    `${root}/clusters-too/x`,
    `${root}/state/sluice/cache`,
    `${root}/onetwo`,
    join(homedir(), '.aws', 'credentials'),
    '/dev/zero',
    '/proc/self/environ',
    'relative',
    '',
  ])('refuses the kubeconfig %j', (path) => {
    expect(() => requireAccepted(path, env)).toThrow(refused);
  });

  it('says what it accepts, and where to add to it', () => {
    expect(() => requireAccepted('/etc/shadow', env)).toThrow(
      new RegExp(
        `^kubeconfig /etc/shadow is not accepted .*${root}/clusters.*in the worker's SLUICE_KUBECONFIGS$`,
      ),
    );
  });
});

describe('a kubeconfig that the worker does not accept', () => {
  const before = process.env.SLUICE_KUBECONFIGS;
  const kubeconfig = join(root, 'credentials');
  beforeEach(() => {
    process.env.SLUICE_KUBECONFIGS = '';
  });
  afterEach(() => {
    process.env.SLUICE_KUBECONFIGS = before;
  });

  const activities = createClusterActivities(depsWith(clientFor));
  const cluster = { provider: 'kubeconfig', path: kubeconfig, context: null } as const;

  it.each<[string, () => Promise<unknown>]>([
    ['by the cluster of a spec', () => activities.ensureCluster({ cluster })],
    ['by its plan', () => activities.planCluster({ cluster })],
    [
      'by a connection of a history',
      () => Promise.resolve().then(() => clientFor({ name: 'x', kubeconfig, context: null })),
    ],
    ['for a child process', () => withKubeconfigFile({ ...connection, kubeconfig }, () => Promise.resolve())],
  ])('is not read %s', async (_, act) => {
    await expect(asActivity(act)).rejects.toEqual(refused);
  });
});
