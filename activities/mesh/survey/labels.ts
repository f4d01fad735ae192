/** Labels by which namespaces and objects are bound to a control plane. */

/** On a namespace: the revision, or revision tag, that injects it; on objects of Istio: the revision they are of. */
export const revisionLabel = 'istio.io/rev';

/** On a namespace: the default revision injects it. */
export const injectionLabel = 'istio-injection';

/** On a namespace or pod: `ambient` for ztunnel instead of sidecars. */
export const dataplaneLabel = 'istio.io/dataplane-mode';

/** On what istioctl and Istio's charts install, with the part of Istio that it is of. */
export const componentLabel = 'operator.istio.io/component';

/** Name of the revision, and of the tag, of a mesh that names none. */
export const defaultRevision = 'default';
