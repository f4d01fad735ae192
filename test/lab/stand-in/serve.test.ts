import { expect, it } from '@jest/globals';
import { serveStandIn } from '../../../lab/stand-in/serve.ts';
import { freePorts } from '../../support/free-ports.ts';

it('answers on every port of its address and says what it stands for', async () => {
  const ports = await freePorts(2);
  const served = await serveStandIn({ image: 'kiali:v2', address: '127.0.0.1', ports });
  expect(served.text).toContain('this is a stand-in for kiali:v2');
  for (const port of ports) {
    const answer = await fetch(`http://127.0.0.1:${port}/any`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(`${served.text}\n`);
  }
  await served.stop();
  for (const port of ports) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
});
