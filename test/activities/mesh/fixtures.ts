/** Meshes as objects: what istioctl, Helm, operators and clouds leave in an API server. */
import type { Deployment, KubeObject, Service } from '../../../activities/kubernetes/index.ts';
import { deployment } from '../support/objects.ts';

interface Istiod {
  readonly namespace?: string;
  readonly revision?: string;
  /** Image of the container `discovery`. */
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly metadata?: Partial<Deployment['metadata']>;
}

/** A control plane's Deployment. */
export function istiod({
  namespace = 'istio-system',
  revision = 'default',
  image = 'docker.io/istio/pilot:1.31.0-distroless',
  labels = {},
  metadata = {},
}: Istiod = {}): Deployment {
  const base = deployment(revision === 'default' ? 'istiod' : `istiod-${revision}`, namespace);
  const all = { app: 'istiod', 'istio.io/rev': revision, 'operator.istio.io/component': 'Pilot', ...labels };
  const template = { metadata: { labels: all }, spec: { containers: [{ name: 'discovery', image }] } };
  return {
    ...base,
    metadata: { ...base.metadata, labels: all, ...metadata },
    spec: { ...base.spec, template },
  };
}

interface Injector {
  readonly namespace?: string;
  readonly revision?: string;
  readonly tag?: string;
  /** In place of a Service of the cluster. */
  readonly url?: string;
}

/** The webhooks of a revision, or of a tag, with the selectors that Istio's charts give them. */
export function injector({
  namespace = 'istio-system',
  revision = 'default',
  tag,
  url,
}: Injector = {}): KubeObject {
  const name = tag ?? revision;
  const kind = tag === undefined ? 'istio-sidecar-injector' : 'istio-revision-tag';
  const suffix = tag ?? (revision === 'default' ? '' : revision);
  const clientConfig = url === undefined ? { service: { namespace, name: 'istiod' } } : { url };
  const webhook = (namespaceSelector: object[], objectSelector: object[]) => ({
    clientConfig,
    namespaceSelector: { matchExpressions: namespaceSelector },
    objectSelector: { matchExpressions: objectSelector },
  });
  const allowed = { key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] };
  const asked = { key: 'sidecar.istio.io/inject', operator: 'In', values: ['true'] };
  const without = (key: string) => ({ key, operator: 'DoesNotExist' });
  const enabled = { key: 'istio-injection', operator: 'In', values: ['enabled'] };
  const unlabelled = [without('istio.io/rev'), without('istio-injection')];
  const own = { key: 'istio.io/rev', operator: 'In', values: [name] };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: suffix === '' ? kind : `${kind}-${suffix}`,
      labels: {
        app: 'sidecar-injector',
        'istio.io/rev': revision,
        'operator.istio.io/component': 'Pilot',
        ...(tag !== undefined && { 'istio.io/tag': tag }),
      },
    },
    webhooks: [
      webhook([own, without('istio-injection')], [allowed]),
      webhook(unlabelled, [allowed, own]),
      ...(name === 'default' ? [webhook([enabled], [allowed]), webhook(unlabelled, [asked])] : []),
    ],
  } as KubeObject;
}

/** A gateway's Service, which leads to pods with this label `istio`. */
export function gatewayService(name: string, namespace: string, istio: string): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { istio } },
    spec: {
      type: 'LoadBalancer',
      selector: { istio },
      ports: [{ name: 'http2', port: 80, targetPort: 8080 }],
    },
  };
}

/** A pod that a revision has injected. */
export function injectedPod(name: string, namespace: string, revision = 'default'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { app: name },
      annotations: { 'sidecar.istio.io/status': JSON.stringify({ containers: ['istio-proxy'], revision }) },
    },
    spec: { containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
    status: { phase: 'Running' },
  } as KubeObject;
}
