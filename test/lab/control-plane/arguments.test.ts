import { describe, expect, it } from '@jest/globals';
import { apiServerArguments } from '../../../lab/control-plane/api-server.ts';
import { controllerManagerArguments } from '../../../lab/control-plane/controller-manager.ts';
import { etcdArguments } from '../../../lab/control-plane/etcd.ts';
import { pkiFiles } from '../../../lab/control-plane/pki.ts';
import { prometheusArguments } from '../../../lab/prometheus/part.ts';

const address = '127.63.0.1';
const pki = pkiFiles('/lab/pki');
const common = { command: '/bin/part', address, pki };

const etcd = etcdArguments({ ...common, dataDirectory: '/lab/etcd' });
const apiServer = apiServerArguments(common);
const controllerManager = controllerManagerArguments({ ...common, kubeconfig: '/lab/kubeconfig' });
const prometheus = prometheusArguments(
  { command: '/bin/prometheus', address, directory: '/lab/prometheus', kubeconfig: '/lab/kubeconfig' },
  '/lab/prometheus/prometheus.yml',
);

describe('every part', () => {
  it.each([
    [
      'etcd',
      etcd,
      ['--listen-client-urls=https://127.63.0.1:2379', '--listen-peer-urls=https://127.63.0.1:2380'],
    ],
    ['kube-apiserver', apiServer, ['--bind-address=127.63.0.1', '--secure-port=6443']],
    ['kube-controller-manager', controllerManager, ['--bind-address=127.63.0.1', '--secure-port=10257']],
    ['prometheus', prometheus, ['--web.listen-address=127.63.0.1:9090']],
  ])('%s listens on the lab’s own loopback address', (_, given, expected) => {
    expect(given).toEqual(expect.arrayContaining(expected));
  });
});

describe('etcd', () => {
  it('serves only clients with a certificate of the lab, and does not wait for the disk', () => {
    expect(etcd).toEqual(
      expect.arrayContaining([
        '--client-cert-auth',
        '--trusted-ca-file=/lab/pki/ca.crt',
        '--peer-client-cert-auth',
        '--unsafe-no-fsync',
      ]),
    );
  });
});

describe('the API server', () => {
  it('needs no default route', () => {
    expect(apiServer).toEqual(
      expect.arrayContaining(['--advertise-address=192.0.2.1', '--endpoint-reconciler-type=none']),
    );
  });

  it('reaches etcd and the kubelet with its client certificate and checks whom it reaches', () => {
    expect(apiServer).toEqual(
      expect.arrayContaining([
        '--etcd-servers=https://127.63.0.1:2379',
        '--etcd-cafile=/lab/pki/ca.crt',
        '--etcd-certfile=/lab/pki/api-server-client.crt',
        '--kubelet-certificate-authority=/lab/pki/ca.crt',
        '--kubelet-client-certificate=/lab/pki/api-server-client.crt',
        '--kubelet-preferred-address-types=InternalIP',
      ]),
    );
  });

  it('keeps admission of service accounts, which sidecar injection needs, and checks rights', () => {
    expect(apiServer).toContain('--authorization-mode=RBAC');
    expect(apiServer.join(' ')).not.toContain('admission');
  });
});

describe('the controller manager', () => {
  it('runs all controllers but those that loopback endpoints and the lab’s own node would trouble', () => {
    const controllers = controllerManager
      .find((argument) => argument.startsWith('--controllers='))
      ?.split(/[=,]/);
    expect(controllers).toContain('*');
    expect(controllers).toEqual(
      expect.arrayContaining([
        '-endpoints-controller',
        '-endpointslice-controller',
        '-node-lifecycle-controller',
      ]),
    );
    expect(controllerManager).toContain('--leader-elect=false');
  });
});
