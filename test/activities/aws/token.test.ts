import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { execa } from 'execa';
import { eksToken, type TokenInput } from '../../../activities/aws/token.ts';
import { pythonEnvironment } from '../../support/aws/python.ts';
import { toolTimeout } from '../../support/tools.ts';

const script = join(import.meta.dirname, '../../support/aws/eks-token.py');

const input: TokenInput = {
  cluster: 'ekslab',
  region: 'us-west-1',
  host: 'sts.us-west-1.amazonaws.com',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY' },
  at: new Date('2026-01-01T00:00:00Z'),
};

/** As a session has it: every character that an address escapes. */
const sessionToken = "IQoJb3JpZ2lu//+x==!'()*~ _-.";

describe('a token for the API server of an EKS cluster', () => {
  let programs: string;

  beforeAll(async () => {
    programs = await pythonEnvironment();
  }, toolTimeout);

  /** What the code of the AWS CLI makes of it. */
  async function ofAwsCli({ cluster, region, credentials, at }: TokenInput): Promise<string> {
    const { accessKeyId, secretAccessKey, sessionToken: session = '' } = credentials;
    const seconds = String(at.getTime() / 1_000);
    const args = [script, cluster, region, accessKeyId, secretAccessKey, session, seconds];
    const env = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const { stdout } = await execa(join(programs, 'python'), args, { env, stdin: 'ignore' });
    return stdout;
  }

  it.each<[string, Partial<TokenInput>]>([
    ['of a key', {}],
    ['of a session', { credentials: { ...input.credentials, sessionToken } }],
    ['for another cluster', { cluster: 'another-cluster' }],
    ['in another region', { region: 'eu-central-1', host: 'sts.eu-central-1.amazonaws.com' }],
    ['in another partition', { region: 'cn-north-1', host: 'sts.cn-north-1.amazonaws.com.cn' }],
    ['at another time', { at: new Date('2027-12-31T23:59:59Z') }],
  ])('%s is the one that the AWS CLI makes, byte by byte', async (_words, change) => {
    const given = { ...input, ...change };
    expect(await eksToken(given)).toBe(await ofAwsCli(given));
  });
});
