import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { standIn } from '../../../../lab/node/images/stand-in.ts';
import type { Container } from '../../../../lab/node/api/models.ts';
import { container, context } from '../support/fixtures.ts';

function portsOf(fields: Partial<Container>): string | undefined {
  return standIn.command(context({ container: container(fields) })).env.SLUICE_LAB_PORTS;
}

it.each([
  'docker.io/grafana/grafana:12.0.1',
  'quay.io/kiali/kiali:v2.27',
  'docker.io/jaegertracing/jaeger:2.17.0',
])('stands for %s', (image) => {
  expect(standIn.matches(image)).toBe(true);
  const { file, args, env } = standIn.command(context({ container: container({ image }) }));
  expect(file).toBe(process.execPath);
  expect(existsSync(args[0] ?? '')).toBe(true);
  expect(env).toMatchObject({ SLUICE_LAB_IMAGE: image, SLUICE_LAB_ADDRESS: '127.3.1.7' });
});

it('listens where the manifest says, where it is probed, and where the image is known to', () => {
  const image = 'docker.io/jaegertracing/jaeger:2.17.0';
  const probe = { httpGet: { path: '/status', port: 13133 } };
  expect(portsOf({ image, livenessProbe: probe, readinessProbe: probe })).toBe('13133,16686');
  const named = { httpGet: { path: '/kiali/healthz', port: 'api-port' } };
  const ports = [{ name: 'api-port', containerPort: 20001 }, { containerPort: 9090 }];
  expect(portsOf({ image: 'kiali:v2', ports, readinessProbe: named })).toBe('20001,9090');
});
