import { describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiServerArguments } from '../../../lab/control-plane/api-server.ts';
import { auditFiles, writeAuditPolicy } from '../../../lab/control-plane/audit.ts';
import { pkiFiles } from '../../../lab/control-plane/pki.ts';

const options = { command: 'kube-apiserver', address: '127.80.0.1', pki: pkiFiles('/pki') };
const files = auditFiles({ root: '/lab', logs: '/lab/logs' });

interface Rule {
  readonly level: string;
  readonly verbs?: readonly string[];
  readonly resources?: readonly { readonly group: string; readonly resources: readonly string[] }[];
}

describe('the audit of the API server', () => {
  it('is off unless somebody asks for it', () => {
    expect(apiServerArguments(options).filter((one) => one.includes('audit'))).toEqual([]);
  });

  it('goes to a log of its own, which nothing trims', () => {
    expect(apiServerArguments({ ...options, audit: files })).toEqual(
      expect.arrayContaining([
        '--audit-policy-file=/lab/audit-policy.json',
        '--audit-log-path=/lab/logs/kube-audit.jsonl',
      ]),
    );
  });

  it('has what changes were sent and answered, but no secrets and no tokens', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-audit-'));
    const written = auditFiles({ root: directory, logs: directory });
    await writeAuditPolicy(written);
    const { rules } = JSON.parse(await readFile(written.policy, 'utf8')) as { rules: Rule[] };
    await rm(directory, { recursive: true });

    const whole = rules.findIndex(({ level }) => level === 'RequestResponse');
    const hidden = rules
      .slice(0, whole)
      .filter(({ level }) => level === 'Metadata')
      .flatMap(({ resources = [] }) => resources.flatMap((one) => one.resources));
    expect(rules[whole]?.verbs).toEqual(expect.arrayContaining(['create', 'update', 'patch', 'delete']));
    expect(hidden).toEqual(expect.arrayContaining(['secrets', 'serviceaccounts/token', 'tokenreviews']));
  });
});
