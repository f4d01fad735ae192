import { labPorts } from '../ports.ts';
import type { Part } from '../supervisor/part.ts';
import { auditArguments, type AuditFiles } from './audit.ts';
import { etcdUrl } from './etcd.ts';
import type { PkiFiles } from './pki.ts';
import { adminAccess, get } from './request.ts';

/** What kube-apiserver is started with. */
export interface ApiServerOptions {
  readonly command: string;
  readonly address: string;
  readonly pki: PkiFiles;
  /** Kubeconfig of a webhook that is asked about bearer tokens that the lab does not know. */
  readonly tokenWebhook?: string | undefined;
  /** Where its requests are logged; nowhere when left out. */
  readonly audit?: AuditFiles | undefined;
}

/**
 * Address the API server would publish as its own. It refuses a loopback one and guesses from the default route, which
 * a machine need not have; nobody uses it here, so it is one that documentation reserves (RFC 5737).
 */
const advertisedAddress = '192.0.2.1';

/** Where clients reach the lab's API server. */
export function apiServerUrl(address: string): string {
  return `https://${address}:${labPorts.apiServer}`;
}

/** The API server. */
export function apiServerPart(options: ApiServerOptions): Part {
  return {
    name: 'kube-apiserver',
    command: options.command,
    args: apiServerArguments(options),
    probe: async () => {
      await get(`${apiServerUrl(options.address)}/readyz`, adminAccess(options.pki));
    },
  };
}

/** Arguments of kube-apiserver. */
export function apiServerArguments({ address, pki, tokenWebhook, audit }: ApiServerOptions): string[] {
  return [
    `--bind-address=${address}`,
    `--secure-port=${labPorts.apiServer}`,
    `--advertise-address=${advertisedAddress}`,
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${pki.controlPlane.certificate}`,
    `--tls-private-key-file=${pki.controlPlane.key}`,
    `--token-auth-file=${pki.tokenTable}`,
    '--authorization-mode=RBAC',
    `--etcd-servers=${etcdUrl(address)}`,
    ...etcdClientArguments(pki),
    ...serviceAccountArguments(pki),
    ...kubeletArguments(pki),
    ...webhookArguments(tokenWebhook),
    ...auditArguments(audit),
    '--service-cluster-ip-range=10.0.0.0/16',
    '--allow-privileged=true',
    '--profiling=false',
  ];
}

function etcdClientArguments({ authority, apiServerClient }: PkiFiles): string[] {
  return [
    `--etcd-cafile=${authority.certificate}`,
    `--etcd-certfile=${apiServerClient.certificate}`,
    `--etcd-keyfile=${apiServerClient.key}`,
  ];
}

function serviceAccountArguments({ serviceAccount }: PkiFiles): string[] {
  return [
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${serviceAccount.publicKey}`,
    `--service-account-signing-key-file=${serviceAccount.key}`,
  ];
}

function kubeletArguments({ authority, apiServerClient }: PkiFiles): string[] {
  return [
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${authority.certificate}`,
    `--kubelet-client-certificate=${apiServerClient.certificate}`,
    `--kubelet-client-key=${apiServerClient.key}`,
  ];
}

/** As EKS has its authenticator (a reader of IAM identities behind the same flag). */
function webhookArguments(tokenWebhook: string | undefined): string[] {
  if (tokenWebhook === undefined) return [];
  return [
    `--authentication-token-webhook-config-file=${tokenWebhook}`,
    '--authentication-token-webhook-version=v1',
    '--authentication-token-webhook-cache-ttl=10s',
  ];
}
