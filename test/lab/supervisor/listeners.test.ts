import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { listenersIn, parseListeners } from '../../../lab/supervisor/listeners.ts';

const header = '  sl  local_address rem_address   st tx_queue rx_queue';

describe('the listening sockets of a block', () => {
  it('are those of the kernel’s table that listen', () => {
    const table = [
      header,
      '   0: 0100507F:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000',
      '   1: 0100507F:192B 0100507F:C350 01 00000000:00000000 00:00000000 00000000',
      '',
    ].join('\n');
    expect(parseListeners(table)).toEqual(['127.80.0.1:6443']);
  });

  it('are found in IPv6 sockets too', () => {
    const table = `${header}\n   0: 0000000000000000FFFF00000100507F:192B 0:0000 0A\n   1: 00000000000000000000000000000000:0050 0:0000 0A`;
    expect(parseListeners(table)).toEqual(['127.80.0.1:6443']);
  });

  it('are those that are really there, and not those of a neighbour', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.63.0.9', resolve));
    const { port } = server.address() as AddressInfo;
    expect(listenersIn('127.63')).toContain(`127.63.0.9:${port}`);
    expect(listenersIn('127.6')).not.toContain(`127.63.0.9:${port}`);
    await new Promise((resolve) => server.close(resolve));
    expect(listenersIn('127.63')).not.toContain(`127.63.0.9:${port}`);
  });
});
