/** A control plane of Istio, whoever installed it. */
import { istioNamespace } from '../../../domain/istio.ts';
import { describeRef, refOf, type Deployment, type KubeObject, type Pod } from '../../kubernetes/object.ts';
import type { Injector } from './injectors.ts';
import { defaultRevision, revisionLabel } from './labels.ts';

/** Who keeps a control plane as it is: its version is theirs to change. */
export type Keeper = 'istioctl' | 'Helm' | 'a controller' | 'the platform';

export interface ControlPlane {
  /** As messages name it: `Deployment istio-system/istiod`. */
  readonly name: string;
  /** Null where it runs outside the cluster. */
  readonly namespace: string | null;
  readonly revision: string;
  /** As in `1.31.0` or `1.20.8-asm.6`; `unknown` where nothing tells it. */
  readonly version: string;
  readonly keeper: Keeper;
  /** Null where webhooks may not be read. */
  readonly injectors: readonly Injector[] | null;
  /** Null where something else than a Deployment runs it. */
  readonly deployment: Deployment | null;
}

type WithPods = KubeObject & { readonly spec: { readonly containers: Pod['spec']['containers'] } };

/** The control plane that a Deployment runs. */
export function ofDeployment(deployment: Deployment): Omit<ControlPlane, 'injectors'> {
  const { metadata, spec } = deployment;
  const template = { ...deployment, spec: spec.template.spec };
  return {
    name: describeRef(refOf(deployment)),
    namespace: metadata.namespace ?? '',
    revision:
      metadata.labels?.[revisionLabel] ?? spec.template.metadata?.labels?.[revisionLabel] ?? defaultRevision,
    version: versionOf(template),
    keeper: keeperOf(deployment),
    deployment,
  };
}

/** The control plane that a pod is of, which no Deployment runs. */
export function ofPod(pod: Pod): Omit<ControlPlane, 'injectors'> {
  return {
    name: describeRef(refOf(pod)),
    namespace: pod.metadata.namespace ?? '',
    revision: pod.metadata.labels?.[revisionLabel] ?? defaultRevision,
    version: versionOf(pod),
    keeper: 'the platform',
    deployment: null,
  };
}

/** The control plane that an injector's URL leads to: it runs outside the cluster. */
export function ofInjector({ name, revision }: Injector): Omit<ControlPlane, 'injectors'> {
  const words = `the control plane outside the cluster (MutatingWebhookConfiguration ${name})`;
  return {
    name: words,
    namespace: null,
    revision,
    version: 'unknown',
    keeper: 'the platform',
    deployment: null,
  };
}

/**
 * Version of a control plane: the label that istioctl gives, else the tag of its image, as in `pilot:1.31.0-distroless`,
 * else the label of Istio's charts. A digest says nothing.
 */
export function versionOf({ metadata: { labels = {} }, spec }: WithPods): string {
  const { 'operator.istio.io/version': labelled, 'app.kubernetes.io/version': chart } = labels;
  return [labelled, tagOf(spec.containers), chart].find(isVersion) ?? 'unknown';
}

function tagOf(containers: Pod['spec']['containers']): string | undefined {
  const image = containers.find(({ name }) => name === 'discovery')?.image ?? '';
  return /:([^:@/]+)(?:@.*)?$/.exec(image)?.[1]?.replace(/-(distroless|debug)$/, '');
}

/** Charts of a development build have the version 1.0.0, which no release with revisions has. */
function isVersion(text: string | undefined): boolean {
  return text !== undefined && /^v?\d+\.\d+/.test(text) && text !== '1.0.0';
}

function keeperOf({ metadata }: Deployment): Keeper {
  const { annotations = {}, ownerReferences = [], namespace, labels = {} } = metadata;
  if (annotations['meta.helm.sh/release-name'] !== undefined) return 'Helm';
  if (ownerReferences.some(({ controller }) => controller === true)) return 'a controller';
  // A mesh of the platform is kept by it in a namespace of its own, or has a version of its own.
  if (namespace !== istioNamespace || 'kubernetes.azure.com/managedby' in labels) return 'the platform';
  return 'istioctl';
}
