/** Credentials that a kubeconfig has a program make (`exec`), as kubectl runs it. */
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { execa } from 'execa';
import * as z from 'zod';
import { childEnvironment } from '../domain/child-environment.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { ExecPlugin } from './kubeconfig-text.ts';

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

/** Longest run of a program, in ms: it may have to ask a cloud. It gets no terminal, so a prompt runs into this limit. */
const timeout = 30_000;

/** Characters of what a program prints. */
const longestOutput = 1024 * 1024;

/** How long a credential that tells no end is kept, in ms. */
const defaultLifetime = 60_000;

/** Characters of a program's last words that a message quotes. */
const longestReason = 300;

const credentialSchema = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
});
type Credential = z.output<typeof credentialSchema>['status'];

interface KeptCredential {
  readonly credential: Credential;
  /** Epoch ms. */
  readonly until: number;
}

/** A user's program, and the kubeconfig that names it: its path may be relative to that. */
export interface UserPlugin {
  readonly plugin: ExecPlugin;
  readonly kubeconfig: string;
}

/**
 * Gives users of kubeconfigs the credentials that their programs make. Not the client library's own, which hands the
 * whole environment of this process on, waits for ever, and quotes what the program prints.
 * @param plugins by the name of the user
 */
export function execAuthenticator(plugins: ReadonlyMap<string, UserPlugin>): Authenticator {
  const kept = new Map<string, KeptCredential>();
  return {
    isAuthProvider: ({ name }) => plugins.has(name),
    async applyAuthentication({ name }, options) {
      const plugin = plugins.get(name);
      if (plugin === undefined) return;
      let known = kept.get(name);
      if (known === undefined || Date.now() >= known.until) {
        const credential = await run(plugin);
        known = { credential, until: endOf(credential) };
        kept.set(name, known);
      }
      apply(known.credential, options);
    },
  };
}

function apply(
  { token, clientCertificateData: cert, clientKeyData: key }: Credential,
  options: Parameters<Authenticator['applyAuthentication']>[1],
): void {
  if (token !== undefined) Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
  Object.assign(options, { ...(cert && { cert }), ...(key && { key }) });
}

/** A minute before it ends, so that no request travels with one that has ended. */
function endOf({ expirationTimestamp }: Credential): number {
  const end = Date.parse(expirationTimestamp ?? '');
  return Number.isNaN(end) ? Date.now() + defaultLifetime : end - 60_000;
}

async function run({ plugin, kubeconfig }: UserPlugin): Promise<Credential> {
  const { apiVersion, command, args, env } = plugin;
  const program = command.includes('/') ? resolve(dirname(kubeconfig), command) : command;
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const result = await execa(program, args ?? [], {
    env: { ...childEnvironment(process.env, 'cluster'), ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout,
    maxBuffer: longestOutput,
  });
  if (result.failed) throw new Error(`${command}, which makes credentials, failed: ${lastWords(result)}`);
  return readCredential(command, result.stdout);
}

interface Ended {
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
}

function lastWords({ stderr, timedOut, exitCode, code }: Ended): string {
  if (timedOut) return `no end after ${timeout} ms`;
  const last = stderr.trim().split('\n').at(-1);
  return oneLine((last ?? '').slice(0, longestReason)) || (code ?? `exit code ${exitCode ?? 'unknown'}`);
}

/**
 * What a program printed.
 * @param command for messages
 * @throws Error where that is no ExecCredential, without a word of it
 */
export function readCredential(command: string, stdout: string): Credential {
  const { data } = credentialSchema.safeParse(parseJson(stdout));
  if (data !== undefined) return data.status;
  throw new Error(`${command}, which makes credentials, printed no ExecCredential`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
