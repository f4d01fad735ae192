/** What Temporal's own CLI shows of a rollout that is encrypted, by the codec server and without it. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { execa } from 'execa';
import { EncryptionCodec } from '../../../encryption/codec.ts';
import { newKey } from '../../encryption/support/keys.ts';
import { textOf } from '../../support/history-text.ts';
import { temporalTool, toolTimeout } from '../../support/tools.ts';
import { canaryDocument, stagesWith } from '../../workflows/support/document.ts';
import { Environment, type Handle, until } from '../../workflows/support/environment.ts';
import { World } from '../../workflows/support/world.ts';
import { CodecServers } from './support/codec-servers.ts';

jest.setTimeout(60_000);

const key = newKey('2026');
const servers = new CodecServers();
let environment: Environment;
let temporal = '';
beforeAll(async () => {
  temporal = await temporalTool();
  environment = await Environment.start([key]);
}, toolTimeout);
afterAll(async () => {
  await servers.close();
  await environment.end();
});

const long = canaryDocument({ stages: stagesWith(1, { hold: 60_000 }) });
const endpoint = async (codec: EncryptionCodec) => `http://127.0.0.1:${await servers.serve(codec)}`;

function run({ workflowId }: Handle, command: string, ...options: string[]) {
  const args = ['workflow', command, '--workflow-id', workflowId, '--address', environment.address];
  return execa(temporal, [...args, ...options], { reject: false });
}

/** The history as the CLI gives it, payloads as they are in it. */
async function shown(handle: Handle, ...options: string[]): Promise<string> {
  const { stdout } = await run(handle, 'show', '--output', 'json', ...options);
  return textOf(JSON.parse(stdout));
}

describe('the temporal CLI', () => {
  it('shows what a rollout was started with and how it ended, with the codec server alone', async () => {
    const { handle } = await environment.run(new World(), canaryDocument());
    const codec = ['--codec-endpoint', `${await endpoint(new EncryptionCodec([key]))}/{namespace}`];
    const encrypted = await shown(handle);
    expect(encrypted).toContain('binary/encrypted');
    expect(encrypted).not.toMatch(/"kind":"Canary"|"outcome":"Promoted"/);
    const decrypted = await shown(handle, ...codec);
    expect(decrypted).not.toContain('binary/encrypted');
    expect(decrypted).toMatch(/"kind":"Canary"[^]*"outcome":"Promoted"/);

    expect((await run(handle, 'show', '--detailed')).stdout).not.toMatch(/Canary|Promoted/);
    const detailed = (await run(handle, 'show', '--detailed', ...codec)).stdout;
    expect(detailed).toMatch(/input\[0\]\.document\.kind: Canary[^]*"outcome":"Promoted"/);
  });

  it('shows why a rollout failed', async () => {
    const claimTargets = () => Promise.reject(ApplicationFailure.nonRetryable('quota-of-leases', 'Invalid'));
    const { handle } = await environment.run(new World({ claimTargets }), canaryDocument());
    expect(await shown(handle)).not.toContain('quota-of-leases');
    const codec = await endpoint(new EncryptionCodec([key]));
    expect(await shown(handle, '--codec-endpoint', codec)).toContain('quota-of-leases');
  });

  it('sends a signal that is encrypted', async () => {
    const codec = await endpoint(new EncryptionCodec([key]));
    const input = '{"by":"ada","reason":"pager-4711"}';
    const { result, handle } = await environment.run(new World(), long, async (handle) => {
      await until(handle, ({ step }) => step.startsWith('holding v2-10'));
      await run(handle, 'signal', '--name', 'abort', '--input', input, '--codec-endpoint', codec);
    });
    expect(result).toMatchObject({ outcome: 'Aborted', reason: 'aborted by ada: pager-4711' });
    expect(await shown(handle)).not.toContain('pager-4711');
  });

  it('gives up where the codec server lacks the key, which says so itself', async () => {
    const { handle } = await environment.run(new World(), canaryDocument());
    const codec = await endpoint(new EncryptionCodec([newKey('2027')]));
    const { exitCode, stdout } = await run(
      handle,
      'show',
      '--codec-endpoint',
      codec,
      '--command-timeout',
      '2s',
    );
    expect({ exitCode, shows: stdout.includes('Promoted') }).toEqual({ exitCode: 1, shows: false });
    expect(servers.troubles[0]).toMatch(/^a payload is encrypted with the key "2026", and here is 2027: /);
  });
});
