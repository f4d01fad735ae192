import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendLog, tailStart, type LogRequest } from '../../../../lab/node/kubelet/logs.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';

const makeDirectory = useTemporaryDirectories();
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function get(file: string, request: LogRequest, running = () => false): Promise<Response> {
  server = createServer((_, response) => void sendLog(file, request, response, running));
  server.listen(0, '127.3.9.3');
  await once(server, 'listening');
  return fetch(`http://127.3.9.3:${(server.address() as AddressInfo).port}/`);
}

describe('a tail', () => {
  it.each([
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\nb\n', 5, 'a\nb\n'],
    ['a\nb\n', 0, ''],
    ['', 3, ''],
    ['\n\n', 1, '\n'],
  ])('of %j with %d lines is %j', (text, lines, tail) => {
    const bytes = Buffer.from(text);
    expect(bytes.subarray(tailStart(bytes, lines)).toString()).toBe(tail);
  });
});

describe('a log', () => {
  it('is sent whole or from its last lines', async () => {
    const file = `${await makeDirectory()}/a.log`;
    await writeFile(file, 'one\ntwo\nthree\n');
    const answer = await get(file, { follow: false, tailLines: 1 });
    await expect(answer.text()).resolves.toBe('three\n');
  });

  it('that does not exist yet is empty', async () => {
    const answer = await get(`${await makeDirectory()}/none.log`, { follow: false, tailLines: undefined });
    expect(answer.status).toBe(200);
    await expect(answer.text()).resolves.toBe('');
  });

  it('is followed until the container ends', async () => {
    const file = `${await makeDirectory()}/a.log`;
    await writeFile(file, 'one\n');
    let running = true;
    const answer = await get(file, { follow: true, tailLines: undefined }, () => running);
    await appendFile(file, 'two\n');
    running = false;
    await expect(answer.text()).resolves.toBe('one\ntwo\n');
  });
});
