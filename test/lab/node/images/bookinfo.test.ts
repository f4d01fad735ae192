import { expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { bookinfo } from '../../../../lab/node/images/bookinfo.ts';
import { container, context } from '../support/fixtures.ts';

it.each(['productpage', 'details', 'ratings', 'reviews'])('runs the program of %s', (service) => {
  const image = `docker.io/istio/examples-bookinfo-${service}-v1:1.20.3`;
  const { file, args } = bookinfo.command(context({ container: container({ image }) }));
  expect(file).toBe(process.execPath);
  expect(args[0]).toMatch(new RegExp(`/lab/bookinfo/${service}\\.ts$`));
  expect(existsSync(args[0] ?? '')).toBe(true);
});

it('shows the program the way into the mesh and to its faults', () => {
  expect(bookinfo.command(context()).env).toEqual({
    POD_NAME: 'reviews-v1-5d8f-x2k',
    POD_IP: '127.3.1.7',
    SERVICE_VERSION: 'v1',
    SLUICE_LAB_MESH: 'http://127.3.65.7:9080',
    SLUICE_LAB_FAULTS: '/lab/faults.json',
    SLUICE_LAB_WORKLOAD: 'reviews-v1',
    http_proxy: 'http://127.3.65.7:9080',
    HTTP_PROXY: 'http://127.3.65.7:9080',
  });
});
