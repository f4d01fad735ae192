import { labPorts } from '../ports.ts';
import type { Part } from '../supervisor/part.ts';
import type { PkiFiles } from './pki.ts';
import { get } from './request.ts';

/** What etcd is started with. */
export interface EtcdOptions {
  readonly command: string;
  readonly address: string;
  readonly dataDirectory: string;
  readonly pki: PkiFiles;
}

/** Where clients reach the lab's etcd. */
export function etcdUrl(address: string): string {
  return `https://${address}:${labPorts.etcdClient}`;
}

/** One etcd member; it serves only who has a certificate of the lab, so that no other user of the machine can. */
export function etcdPart(options: EtcdOptions): Part {
  const { pki } = options;
  const access = { authority: pki.authority.certificate, client: pki.apiServerClient };
  return {
    name: 'etcd',
    command: options.command,
    args: etcdArguments(options),
    probe: async () => {
      await get(`${etcdUrl(options.address)}/health`, access);
    },
  };
}

/** Arguments of etcd. */
export function etcdArguments({ address, dataDirectory, pki }: EtcdOptions): string[] {
  const client = etcdUrl(address);
  const peer = `https://${address}:${labPorts.etcdPeer}`;
  return [
    '--name=lab',
    `--data-dir=${dataDirectory}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=lab=${peer}`,
    `--cert-file=${pki.controlPlane.certificate}`,
    `--key-file=${pki.controlPlane.key}`,
    `--trusted-ca-file=${pki.authority.certificate}`,
    '--client-cert-auth',
    `--peer-cert-file=${pki.controlPlane.certificate}`,
    `--peer-key-file=${pki.controlPlane.key}`,
    `--peer-trusted-ca-file=${pki.authority.certificate}`,
    '--peer-client-cert-auth',
    // A lab may be lost with the machine; waiting for the disk would cost every write of the cluster.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}
