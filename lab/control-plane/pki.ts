import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueCertificate, type Certificate, type Subject } from './certificate.ts';

/** Files of a certificate and its key. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Files of the lab's keys and credentials, each readable by its owner alone. */
export interface PkiFiles {
  readonly authority: CertificateFiles;
  /** Serves at the control plane's address: API server, controller manager, etcd (which is its own client as a peer). */
  readonly controlPlane: CertificateFiles;
  /** Serves the node's kubelet port. */
  readonly kubelet: CertificateFiles;
  /** The API server as a client: of etcd and of the kubelet. */
  readonly apiServerClient: CertificateFiles;
  /** Signs and verifies the tokens of service accounts. */
  readonly serviceAccount: { readonly publicKey: string; readonly key: string };
  /** The administrator's bearer token alone, and as the API server's token file. */
  readonly token: string;
  readonly tokenTable: string;
}

/** First address of the service range: the one that the Service `kubernetes` has. */
const kubernetesServiceAddress = '10.0.0.1';
const kubernetesServiceNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

/** Where the files are inside the directory. */
export function pkiFiles(directory: string): PkiFiles {
  const pair = (name: string) => ({
    certificate: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  return {
    authority: pair('ca'),
    controlPlane: pair('control-plane'),
    kubelet: pair('kubelet'),
    apiServerClient: pair('api-server-client'),
    serviceAccount: {
      publicKey: join(directory, 'service-account.pub'),
      key: join(directory, 'service-account.key'),
    },
    token: join(directory, 'token'),
    tokenTable: join(directory, 'tokens.csv'),
  };
}

/** Makes keys and credentials for a control plane at the address, once: a directory that is there is kept. */
export async function ensurePki(directory: string, address: string): Promise<PkiFiles> {
  if (!existsSync(directory)) {
    const draft = `${directory}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writePki(pkiFiles(draft), address);
    // Last and at once, so that a directory with the final name is always complete.
    await rename(draft, directory);
  }
  return pkiFiles(directory);
}

async function writePki(files: PkiFiles, address: string): Promise<void> {
  const authority = await createAuthority('sluice-lab');
  await writeCertificate(files.authority, authority);
  await writeCertificate(files.controlPlane, await issueCertificate(authority, controlPlaneSubject(address)));
  await writeCertificate(files.kubelet, await issueCertificate(authority, kubeletSubject(address)));
  await writeCertificate(files.apiServerClient, await issueCertificate(authority, apiServerClientSubject));
  await writeServiceAccountKey(files);
  await writeToken(files);
}

function controlPlaneSubject(address: string): Subject {
  return {
    commonName: 'sluice-lab-control-plane',
    usages: ['server', 'client'],
    names: kubernetesServiceNames,
    addresses: [address, kubernetesServiceAddress],
  };
}

function kubeletSubject(address: string): Subject {
  return {
    commonName: 'system:node:sluice-lab',
    organization: 'system:nodes',
    usages: ['server'],
    addresses: [address],
  };
}

const apiServerClientSubject: Subject = {
  commonName: 'kube-apiserver',
  organization: 'system:masters',
  usages: ['client'],
};

async function writeServiceAccountKey(files: PkiFiles): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeSecret(files.serviceAccount.publicKey, publicKey.export({ type: 'spki', format: 'pem' }));
  await writeSecret(files.serviceAccount.key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

async function writeToken(files: PkiFiles): Promise<void> {
  const token = randomBytes(32).toString('hex');
  await writeSecret(files.token, token);
  await writeSecret(files.tokenTable, `${token},admin,admin,"system:masters"\n`);
}

async function writeCertificate(files: CertificateFiles, pem: Certificate): Promise<void> {
  await writeSecret(files.certificate, pem.certificate);
  await writeSecret(files.key, pem.key);
}

async function writeSecret(file: string, text: string | Buffer): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
}
