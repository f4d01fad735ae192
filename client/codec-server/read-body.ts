import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** 8 MiB: a message of gRPC has 4 MiB by default (`grpc.maxReceiveMessageLength`), in base64 a third more. */
export const bodyLimit = 8 * 1_024 * 1_024;

/**
 * The JSON of a request, as text.
 * @throws Refusal by 415, 413 or 400, if it is no JSON, too long or not in UTF-8
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const given = request.headers['content-type'] ?? '';
  // A page may send other types to any address without asking first.
  if (!/^application\/json\s*(;|$)/i.test(given))
    throw new Refusal(415, `the content type is ${JSON.stringify(given)}: application/json is allowed`);
  const bytes = await readBytes(request);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'the body is not text in UTF-8');
  }
}

/** What is too long is heard to its end, as most clients read no answer before. None of it is kept. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) chunks = [];
    else chunks.push(chunk);
  }
  if (size <= bodyLimit) return Buffer.concat(chunks);
  throw new Refusal(413, `the body has ${size} bytes: up to ${bodyLimit} are allowed`);
}
