/** An AWS on loopback, as a process of its own. Every account is a world apart: give each test its own. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { freePorts } from '../free-ports.ts';
import { pythonEnvironment } from './python.ts';

/** What is to happen in an account: see emulator.py. */
export interface Wishes {
  readonly endpoint?: string;
  readonly certificateAuthority?: string;
  /** Reason for which updates of node groups fail. */
  readonly failUpdate?: string;
  /** Reason by logical id. */
  readonly failCreate?: Readonly<Record<string, string>>;
  /** Reason by type of resource. */
  readonly failDelete?: Readonly<Record<string, string>>;
  /** How often that happens; once when it is not said. */
  readonly failDeleteTimes?: number;
}

export interface Emulator {
  readonly endpoint: string;
  /** Webhook that reviews the tokens for a cluster of an account, as API servers of EKS have one. */
  tokenReview(cluster: { account: string; region: string; name: string }): string;
  wish(account: string, wishes: Wishes): Promise<void>;
  end(): Promise<void>;
}

const startTimeout = 60_000;

/** Starts the emulator and waits until it answers. */
export async function startEmulator(): Promise<Emulator> {
  const programs = await pythonEnvironment();
  const directory = await mkdtemp(join(tmpdir(), 'sluice-aws-'));
  const [port] = await freePorts(1);
  const log = join(directory, 'log');
  const script = join(import.meta.dirname, 'emulator.py');
  const child = execa(join(programs, 'python'), [script, String(port), directory], {
    stdin: 'ignore',
    stdout: { file: log },
    stderr: { file: log },
    reject: false,
  });
  const end = async () => {
    child.kill('SIGKILL');
    await child;
    await rm(directory, { recursive: true, force: true });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  if (!(await answers(endpoint))) {
    const said = await readFile(log, 'utf8').catch(() => '');
    await end();
    throw new Error(`the AWS emulator did not start: ${said.slice(-2_000)}`);
  }
  const wish = async (account: string, wishes: Wishes) =>
    await writeFile(join(directory, `${account}.json`), JSON.stringify(wishes));
  const tokenReview: Emulator['tokenReview'] = ({ account, region, name }) =>
    `${endpoint}/_ministack/eks-auth/${account}/${region}/${name}/no-secret-on-loopback`;
  return { endpoint, tokenReview, wish, end };
}

let accounts = 0;

/** An account that no other test of this process has; it is its access key as well. */
export function newAccount(): string {
  accounts += 1;
  return String(process.pid * 1_000 + accounts).padStart(12, '1');
}

async function answers(endpoint: string): Promise<boolean> {
  const deadline = Date.now() + startTimeout;
  while (Date.now() < deadline) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}
