import { expect, it } from '@jest/globals';
import { serveStandIn } from '../../../lab/stand-in/serve.ts';

it('answers on every port of its address and says what it stands for', async () => {
  const served = await serveStandIn({ image: 'kiali:v2', address: '127.0.0.1', ports: [38_471, 38_472] });
  expect(served.text).toContain('this is a stand-in for kiali:v2');
  for (const port of [38_471, 38_472]) {
    const answer = await fetch(`http://127.0.0.1:${port}/any`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(`${served.text}\n`);
  }
  await served.stop();
  await expect(fetch('http://127.0.0.1:38471/')).rejects.toThrow('fetch failed');
});
