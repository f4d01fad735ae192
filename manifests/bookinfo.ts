import type { V1Deployment, V1PodSpec, V1Service, V1ServiceAccount } from '@kubernetes/client-node';
import type { Manifest, Plain } from './manifest.ts';

/** Release of the Bookinfo images. */
const imageTag = '1.20.3';

/** Port that every Bookinfo program listens on. */
export const bookinfoPort = 9080;

interface Service {
  readonly name: string;
  readonly versions: readonly string[];
}

/** The four services of Istio's Bookinfo sample, with the versions that are deployed of each. */
export const bookinfoServices: readonly Service[] = [
  { name: 'details', versions: ['v1'] },
  { name: 'ratings', versions: ['v1'] },
  { name: 'reviews', versions: ['v1', 'v2', 'v3'] },
  { name: 'productpage', versions: ['v1'] },
];

/** Directories that the image's program writes to; its root file system may be read-only. */
const scratch: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  productpage: { tmp: '/tmp' },
  reviews: { tmp: '/tmp', 'wlp-output': '/opt/ibm/wlp/output' },
};

function serviceAccountName(service: string): string {
  return `bookinfo-${service}`;
}

function serviceAccount(service: string, namespace: string): Plain<V1ServiceAccount> & Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: serviceAccountName(service), namespace, labels: { account: service } },
  };
}

function service(name: string, namespace: string): Plain<V1Service> & Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name, service: name } },
    spec: { ports: [{ name: 'http', port: bookinfoPort }], selector: { app: name } },
  };
}

function podSpec(service: string, version: string): Plain<V1PodSpec> {
  const directories = Object.entries(scratch[service] ?? {});
  return {
    serviceAccountName: serviceAccountName(service),
    containers: [
      {
        name: service,
        image: `docker.io/istio/examples-bookinfo-${service}-${version}:${imageTag}`,
        imagePullPolicy: 'IfNotPresent',
        ...(service === 'reviews' ? { env: [{ name: 'LOG_DIR', value: '/tmp/logs' }] } : {}),
        ports: [{ containerPort: bookinfoPort }],
        ...(directories.length > 0
          ? { volumeMounts: directories.map(([name, mountPath]) => ({ name, mountPath })) }
          : {}),
      },
    ],
    ...(directories.length > 0 ? { volumes: directories.map(([name]) => ({ name, emptyDir: {} })) } : {}),
  };
}

function deployment(service: string, version: string, namespace: string): Plain<V1Deployment> & Manifest {
  const labels = { app: service, version };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${service}-${version}`, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(service, version) },
    },
  };
}

/** Bookinfo as Istio's sample has it: accounts and Services before the six Deployments that need them. */
export function bookinfoObjects(namespace: string): Manifest[] {
  return [
    ...bookinfoServices.map(({ name }) => serviceAccount(name, namespace)),
    ...bookinfoServices.map(({ name }) => service(name, namespace)),
    ...bookinfoServices.flatMap(({ name, versions }) =>
      versions.map((version) => deployment(name, version, namespace)),
    ),
  ];
}
