import { describe, expect, it } from '@jest/globals';
import { checkEndpoint } from '../../../../activities/gates/preflight/check-endpoint.ts';
import type { HttpGateSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { startReceiver } from '../../support/receiver.ts';
import { sampled } from '../samples/fixtures.ts';

const check = (url: string) => {
  const gate: HttpGateSpec = { ...sampled, kind: 'http', window: 0, url, timeout: 1_000 };
  return asActivity(() => checkEndpoint(gate));
};

describe('the address of a hook', () => {
  it('that accepts connections is fine, and is not asked anything', async () => {
    const { address, received, close } = await startReceiver((response) => response.end());
    await expect(check(`${address}/gate`)).resolves.toEqual([]);
    expect(received).toEqual([]);
    await close();
  });

  it('that does not is a problem, named without its query', async () => {
    const { address, close } = await startReceiver((response) => response.end());
    await close();
    const { host } = new URL(address);
    await expect(check(`${address}/gate?token=secret`)).resolves.toEqual([
      {
        isProblem: true,
        text: expect.stringMatching(new RegExp(`^${host} does not accept a connection: .*ECONNREFUSED`)),
      },
    ]);
  });

  it('that nobody knows is a problem', async () => {
    await expect(check('http://hook.invalid:8080/')).resolves.toMatchObject([
      { isProblem: true, text: expect.stringContaining('hook.invalid:8080 does not accept a connection: ') },
    ]);
  });

  it('that the worker refuses is a problem, and is not connected to', async () => {
    await expect(check('http://169.254.169.254/latest')).resolves.toEqual([
      {
        isProblem: true,
        text: 'the worker refuses 169.254.169.254, an address of link-local or metadata services',
      },
    ]);
  });

  it('may be one of IPv6', async () => {
    await expect(check('http://[::1]:1/')).resolves.toMatchObject([
      { text: expect.stringMatching(/^\[::1\]:1 .*(ECONNREFUSED|EADDRNOTAVAIL)/) },
    ]);
  });
});
