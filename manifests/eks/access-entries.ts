/** Who may use the API server besides the cluster's creator. */
import type { AccessEntry } from '../../domain/spec/schema/eks-config.ts';
import { ref, type Resource, type Resources } from './template.ts';

/**
 * Access entries of a new cluster.
 * @param entries those of the document
 */
export function accessEntries(entries: readonly AccessEntry[] = []): Resources {
  return Object.fromEntries(entries.map((entry, index) => [`AccessEntry${index + 1}`, accessEntry(entry)]));
}

function accessEntry(entry: AccessEntry): Resource {
  const { principalARN, type, kubernetesUsername, kubernetesGroups, accessPolicies } = entry;
  return {
    Type: 'AWS::EKS::AccessEntry',
    Properties: {
      ClusterName: ref('ControlPlane'),
      PrincipalArn: principalARN,
      ...(type && { Type: type }),
      ...(kubernetesUsername && { Username: kubernetesUsername }),
      ...(kubernetesGroups && { KubernetesGroups: kubernetesGroups }),
      ...(accessPolicies && { AccessPolicies: accessPolicies.map(accessPolicy) }),
    },
  };
}

function accessPolicy({ policyARN, accessScope }: NonNullable<AccessEntry['accessPolicies']>[number]) {
  const { type, namespaces } = accessScope;
  return { PolicyArn: policyARN, AccessScope: { Type: type, ...(namespaces && { Namespaces: namespaces }) } };
}
