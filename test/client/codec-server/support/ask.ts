/** Requests to a codec server as anybody could send them. */
import { request as httpRequest } from 'node:http';

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly host?: string;
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

const json = { 'Content-Type': 'application/json' };

/** Not by `fetch`, which lets nobody say another `Host`. */
export function ask(port: number, asked: Asked): Promise<Answered> {
  const { method = 'POST', path = '/decode', headers = {}, body = '', host = '127.0.0.1' } = asked;
  return new Promise((resolve, reject) => {
    const options = { host, port, method, path, headers: { ...json, ...headers }, agent: false };
    const request = httpRequest(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    request.on('error', reject).end(method === 'POST' ? body : undefined);
  });
}
