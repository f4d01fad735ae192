import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the API server is told what to log of its requests, and where it logs them. */
export interface AuditFiles {
  readonly policy: string;
  /** One `audit.k8s.io/v1` Event a line. */
  readonly log: string;
}

/** Megabytes after which the API server begins a new file: never, as far as one lab's life goes. */
const longestLog = 4_096;

/** Verbs of requests that change something. */
const changes = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** The control plane's own work, which nobody asked for. */
const controllers = {
  users: ['system:apiserver', 'system:kube-controller-manager'],
  groups: ['system:serviceaccounts:kube-system'],
};

/**
 * Changes with what was sent and answered, everything else by who asked for what. A change is also logged when it
 * comes in: one whose answer was lost with the server would leave no trace otherwise.
 */
const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitManagedFields: true,
  rules: [
    { level: 'None', users: controllers.users },
    { level: 'None', userGroups: controllers.groups },
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*'] },
    metadataOf('', [
      'events',
      'secrets',
      'serviceaccounts/token',
      'pods/status',
      'nodes/status',
      'pods/exec',
    ]),
    metadataOf('authentication.k8s.io', ['tokenreviews']),
    { level: 'RequestResponse', verbs: changes },
    { level: 'Metadata', omitStages: ['RequestReceived'] },
  ],
};

function metadataOf(group: string, resources: readonly string[]) {
  return { level: 'Metadata', omitStages: ['RequestReceived'], resources: [{ group, resources }] };
}

/** Files of a lab's audit; the log outlives the cluster, as its other logs do. */
export function auditFiles({ root, logs }: { root: string; logs: string }): AuditFiles {
  return { policy: join(root, 'audit-policy.json'), log: join(logs, 'kube-audit.jsonl') };
}

/** Writes what the API server reads at its start. */
export async function writeAuditPolicy({ policy: file }: AuditFiles): Promise<void> {
  await writeFile(file, `${JSON.stringify(policy, null, 2)}\n`, { mode: 0o600 });
}

/** Arguments of kube-apiserver; each event is in the file before its request is answered. */
export function auditArguments(files: AuditFiles | undefined): string[] {
  if (files === undefined) return [];
  return [
    `--audit-policy-file=${files.policy}`,
    `--audit-log-path=${files.log}`,
    `--audit-log-maxsize=${longestLog}`,
  ];
}
