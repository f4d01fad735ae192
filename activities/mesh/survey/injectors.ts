/** MutatingWebhookConfigurations that inject Istio's sidecar: one a revision, and one a revision tag. */
import { FailureType } from '../../../domain/failure.ts';
import { ApplicationFailure } from '@temporalio/activity';
import type { ClusterClient } from '../../kubernetes/client.ts';
import type { KubeObject, LabelSelector } from '../../kubernetes/object.ts';
import { isSelected } from './selector.ts';
import { defaultRevision, revisionLabel } from './labels.ts';

/** An injector as far as it decides which namespaces a control plane serves. */
export interface Injector {
  readonly name: string;
  readonly revision: string;
  /** The revision tag that it stands for; null for the revision itself. */
  readonly tag: string | null;
  /** Namespace of the Service that it calls; null where it calls a URL. */
  readonly namespace: string | null;
  /** Whether new pods of a namespace with these labels get the sidecar, without a word in the pods themselves. */
  readonly serves: (namespaceLabels: Readonly<Record<string, string>>) => boolean;
}

interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly {
    readonly clientConfig?: { readonly service?: { readonly namespace?: string }; readonly url?: string };
    readonly namespaceSelector?: LabelSelector;
    readonly objectSelector?: LabelSelector;
  }[];
}

const injectorNames = /^istio-(sidecar-injector|revision-tag)(-|$)/;

/**
 * Every injector of the cluster.
 * @returns null where webhooks may not be read: what they select is not known then
 */
export async function listInjectors(client: ClusterClient): Promise<readonly Injector[] | null> {
  try {
    const found = await client.list<WebhookConfiguration>(
      'admissionregistration.k8s.io/v1',
      'MutatingWebhookConfiguration',
    );
    return found.filter(isInjector).map(injectorOf);
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === FailureType.accessDenied) return null;
    throw error;
  }
}

/** By the label of Istio's charts, or by the names that they give, which clouds keep. */
function isInjector({ metadata: { name, labels = {} } }: KubeObject): boolean {
  return labels.app === 'sidecar-injector' || injectorNames.test(name);
}

function injectorOf({ metadata, webhooks = [] }: WebhookConfiguration): Injector {
  const { name, labels = {} } = metadata;
  return {
    name,
    revision: labels[revisionLabel] ?? defaultRevision,
    tag: labels['istio.io/tag'] ?? null,
    namespace: webhooks.map(({ clientConfig }) => clientConfig?.service?.namespace).find(Boolean) ?? null,
    serves: (namespaceLabels) =>
      webhooks.some(
        ({ namespaceSelector, objectSelector }) =>
          isSelected(namespaceSelector, namespaceLabels) && isSelected(objectSelector, {}),
      ),
  };
}
