import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { EnvHttpProxyAgent, interceptors, request, type Dispatcher } from 'undici';

/** Milliseconds until a download is given up. */
export interface DownloadTimeouts {
  /** Until a connection stands. */
  connect: number;
  /** Without a byte, be it of the headers or of the body. */
  silence: number;
}

/** What the downloads of one tool share. */
export interface FetchContext {
  signal: AbortSignal | undefined;
  timeouts: DownloadTimeouts;
  /** Origins no connection could be made to: not waited for a second time. */
  unreachable: Set<string>;
}

/** Patience of a download that nobody says more of. */
export const defaultTimeouts: DownloadTimeouts = { connect: 5_000, silence: 20_000 };

type Body = Dispatcher.ResponseData['body'];

interface Answer {
  body: Body;
  /** Length the server announced, in bytes. */
  length: number | undefined;
}

/** Why something was not fetched. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  /** Whether another try may fare better: nobody was reached, or the server was in trouble. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

/** Releases are behind a few redirects to storage hosts. */
const maxRedirections = 5;

/** Whatever a download is, half an hour is too long for it: a build is faster. */
const totalTimeout = 30 * 60_000;

/** Bytes of a text: checksums of the files of a release. */
const longestText = 1024 * 1024;

/** Fetches a small text. */
export async function fetchText(url: string, context: FetchContext): Promise<string> {
  return fetchWith(url, context, async ({ body }) => {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestText) throw new FetchError(`it has more than ${longestText} bytes`, false);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  });
}

/** Streams a URL into a file; gives its SHA-256 in hex. `onPart` takes the share received so far, 0 to 1. */
export async function fetchFile(
  url: string,
  file: string,
  context: FetchContext,
  onPart: (share: number) => void = () => undefined,
): Promise<string> {
  return fetchWith(url, context, async ({ body, length }) => {
    const hash = createHash('sha256');
    let received = 0;
    body.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      received += chunk.length;
      if (length !== undefined) onPart(received / length);
    });
    await pipeline(body, createWriteStream(file));
    return hash.digest('hex');
  });
}

async function fetchWith<T>(
  url: string,
  context: FetchContext,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const { origin, host } = new URL(url);
  if (context.unreachable.has(origin))
    throw new FetchError(`${host} could not be reached a moment ago`, true);
  const agent = createAgent(context);
  try {
    return await read(await open(url, agent.compose(interceptors.redirect({ maxRedirections })), context));
  } catch (error) {
    context.signal?.throwIfAborted();
    if (isConnectError(error)) context.unreachable.add(origin);
    throw new FetchError(`${withoutSecrets(url)}: ${reasonOf(error)}`, !isRefusal(error), { cause: error });
  } finally {
    await agent.destroy();
  }
}

/** Mirrors may have a password or a token in their address. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function createAgent({ timeouts }: FetchContext): EnvHttpProxyAgent {
  return new EnvHttpProxyAgent({
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.silence,
    bodyTimeout: timeouts.silence,
  });
}

async function open(url: string, dispatcher: Dispatcher, context: FetchContext): Promise<Answer> {
  const limits = [AbortSignal.timeout(totalTimeout), context.signal].filter((signal) => signal !== undefined);
  const { statusCode, headers, body } = await request(url, { dispatcher, signal: AbortSignal.any(limits) });
  if (statusCode !== 200) throw new FetchError(`the answer was ${statusCode}`, statusCode >= 500);
  const length = Number(headers['content-length']);
  return { body, length: length > 0 ? length : undefined };
}

const connectErrors = [
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

function isConnectError(error: unknown): boolean {
  return connectErrors.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The server answered, and meant it. */
function isRefusal(error: unknown): boolean {
  return error instanceof FetchError && !error.isPassing;
}

// Errors of several addresses tried at once have a code and no message.
function reasonOf(error: unknown): string {
  const { message, code } = error as Partial<NodeJS.ErrnoException>;
  return [message, code].find(Boolean) ?? String(error);
}
