import { fileURLToPath } from 'node:url';
import { beside } from '../../../domain/beside.ts';
import type { Container } from '../api/models.ts';
import { imageName, type Program } from './program.ts';

/** On a pod: which of its images are not what runs. */
export const standInAnnotation = 'lab.sluice.dev/stand-in';

/** Images of Istio's add-ons that no process here can be, with the ports that their manifests do not name. */
const ports: Readonly<Record<string, readonly number[]>> = {
  grafana: [3000],
  kiali: [20001],
  jaeger: [16686],
  'all-in-one': [16686],
  'prometheus-config-reloader': [],
};

/** A server that stands where an image would run, answers on its ports, and says what it is. */
export const standIn: Program = {
  name: Object.keys(ports).join(', '),
  matches: (image) => Object.hasOwn(ports, imageName(image)),
  role: 'task',
  isStandIn: true,
  command: ({ container, address }) => ({
    file: process.execPath,
    args: [fileURLToPath(beside(import.meta.url, '../../stand-in/main.ts'))],
    env: {
      SLUICE_LAB_IMAGE: container.image ?? '',
      SLUICE_LAB_ADDRESS: address,
      SLUICE_LAB_PORTS: portsOf(container).join(','),
    },
  }),
};

function portsOf(container: Container): number[] {
  const { startupProbe, livenessProbe, readinessProbe } = container;
  const declared = (container.ports ?? []).map(({ containerPort }) => containerPort);
  const probed = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.port);
  const known = ports[imageName(container.image ?? '')] ?? [];
  return [...new Set([...declared, ...probed.filter((port) => typeof port === 'number'), ...known])];
}
