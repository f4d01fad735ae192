import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { proxy } from '../../../../lab/node/images/proxy.ts';
import { context } from '../support/fixtures.ts';

const address = '127.3.9.2';
const seen: string[] = [];
let admin: Server | undefined;

afterEach(() => {
  admin?.closeAllConnections();
  admin?.close();
  admin = undefined;
  seen.length = 0;
});

async function serveAdmin(): Promise<void> {
  admin = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(request.url === '/absent' ? 404 : 200).end('answer');
  }).listen(15000, address);
  await once(admin, 'listening');
}

const ask = (...command: string[]) => proxy.builtIn?.(context({ address }), command);

describe('pilot-agent request', () => {
  it('is answered by the admin interface of the proxy', async () => {
    await serveAdmin();
    const answer = await ask('pilot-agent', 'request', 'GET', 'config_dump?resource=routes');
    expect(answer).toEqual({ stdout: 'answer', stderr: '', exitCode: 0 });
    expect(seen).toEqual(['GET /config_dump?resource=routes']);
  });

  it('fails where the admin interface does', async () => {
    await serveAdmin();
    const answer = await ask('pilot-agent', 'request', 'GET', '/absent');
    expect(answer).toMatchObject({ exitCode: 1, stderr: 'received unsuccessful status code 404\n' });
  });

  it('says that no proxy answers', async () => {
    const answer = await ask('pilot-agent', 'request', 'GET', 'ready');
    expect(answer).toMatchObject({ exitCode: 1, stdout: '' });
    expect(answer?.stderr).toContain('http://127.3.9.2:15000/ready does not answer');
  });

  it('is the only command that is not a process', () => {
    expect(ask('ls')).toBeUndefined();
    expect(ask('pilot-agent', 'version')).toBeUndefined();
  });
});

it('starts Envoy with the configuration it writes', () => {
  const command = proxy.command(context());
  expect(command.file).toBe('/tools/envoy');
  expect(command.args.slice(0, 2)).toEqual(['--config-path', '/lab/pods/reviews/envoy.json']);
  expect(JSON.parse(command.files?.['envoy.json'] ?? '')).toHaveProperty('node.id');
});
