import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import type { CertificateFiles, PkiFiles } from './pki.ts';

/** What a caller of an HTTPS server of the lab needs. */
export interface Access {
  readonly authority: string;
  /** File of a bearer token, where the server wants one. */
  readonly token?: string;
  /** Client certificate, where the server wants one. */
  readonly client?: CertificateFiles;
}

/** Longest wait for an answer, milliseconds: all servers are on this machine. */
const answerTimeout = 5_000;

/** Access of the lab's administrator to the API server. */
export function adminAccess(pki: PkiFiles): Access {
  return { authority: pki.authority.certificate, token: pki.token };
}

/** Body of a GET. Throws, with status and body, on any answer but 200. */
export async function get(url: string, access: Access): Promise<string> {
  const agent = new Agent({ connect: await tlsOptions(access), connectTimeout: answerTimeout });
  try {
    const headers = access.token === undefined ? {} : await authorization(access.token);
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      headers,
      signal: AbortSignal.timeout(answerTimeout),
    });
    const text = await body.text();
    if (statusCode !== 200)
      throw new Error(`${url} answers ${statusCode}: ${text.trim().replace(/\s+/g, ' ').slice(0, 200)}`);
    return text;
  } finally {
    await agent.destroy();
  }
}

async function tlsOptions({ authority, client }: Access): Promise<Record<string, Buffer>> {
  const ca = await readFile(authority);
  if (client === undefined) return { ca };
  return { ca, cert: await readFile(client.certificate), key: await readFile(client.key) };
}

async function authorization(tokenFile: string): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await readFile(tokenFile, 'utf8')}` };
}
