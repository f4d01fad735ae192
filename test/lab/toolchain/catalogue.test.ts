import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toolOf } from '../../../lab/toolchain/catalogue.ts';
import { officialOrigins } from '../../../lab/toolchain/releases.ts';
import { toolNames, toolVersions, type ToolName } from '../../../lab/toolchain/versions.ts';

const tool = (name: ToolName, arch = 'x64') => toolOf(name, officialOrigins, arch);
const goMod = (name: ToolName) => readFileSync(join(tool(name).build?.directory ?? '', 'go.mod'), 'utf8');

describe('the tools', () => {
  it('come in the order in which a run needs them', () => {
    expect(toolNames[0]).toBe('temporal');
    expect(toolNames.indexOf('etcd')).toBeLessThan(toolNames.indexOf('kube-apiserver'));
  });

  it.each(toolNames)('%s can be made from a package registry', (name) => {
    const { build, wheel } = tool(name);
    const pinned = build === undefined ? wheel?.requirements : join(build.directory, 'go.sum');
    expect(existsSync(pinned ?? '')).toBe(true);
  });

  it.each<[ToolName, string]>([
    ['temporal', `github.com/temporalio/cli v${toolVersions.temporal}`],
    ['temporal-server', `go.temporal.io/server v${toolVersions['temporal-server']}`],
    ['etcd', `go.etcd.io/etcd/server/v3 v${toolVersions.etcd}`],
    ['kustomize', `sigs.k8s.io/kustomize/kustomize/v5 v${toolVersions.kustomize}`],
    ['helm', `helm.sh/helm/v3 v${toolVersions.helm}`],
    ['kube-apiserver', `k8s.io/kubernetes v${toolVersions['kube-apiserver']}`],
    [
      'prometheus',
      `github.com/prometheus/prometheus v0.${toolVersions.prometheus.replace(/^3\.(\d+)/, '3$1')}`,
    ],
  ])('%s has the version that its Go module pins', (name, requirement) => {
    expect(goMod(name)).toContain(requirement);
  });

  it.each(toolNames.filter((name) => name !== 'envoy'))('%s is a tool of its Go module', (name) => {
    expect(goMod(name)).toContain(tool(name).build?.package);
  });

  it('pins Envoy in the same version with hashes', () => {
    const requirements = readFileSync(tool('envoy').wheel?.requirements ?? '', 'utf8');
    expect(requirements).toContain(`==${toolVersions.envoy} `);
    expect(requirements).toMatch(/--hash=sha256:[0-9a-f]{64}/);
  });

  it('gives Kubernetes its version, which istioctl reads', () => {
    expect(tool('kube-apiserver').build?.ldflags).toEqual([
      '-X k8s.io/component-base/version.gitVersion=v1.36.3',
      '-X k8s.io/component-base/version.gitMajor=1',
      '-X k8s.io/component-base/version.gitMinor=36',
    ]);
  });
});

describe('official releases', () => {
  it.each<[ToolName, string, string]>([
    ['temporal', 'x64', 'temporalio/cli/releases/download/v1.5.1/temporal_cli_1.5.1_linux_amd64.tar.gz'],
    [
      'temporal-server',
      'arm64',
      'temporalio/temporal/releases/download/v1.29.1/temporal_1.29.1_linux_arm64.tar.gz',
    ],
    ['etcd', 'arm64', 'etcd-io/etcd/releases/download/v3.6.8/etcd-v3.6.8-linux-arm64.tar.gz'],
    ['istioctl', 'x64', 'istio/istio/releases/download/1.31.0/istioctl-1.31.0-linux-amd64.tar.gz'],
    [
      'prometheus',
      'x64',
      'prometheus/prometheus/releases/download/v3.13.5/prometheus-3.13.5.linux-amd64.tar.gz',
    ],
    [
      'kustomize',
      'x64',
      'kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.8.1/kustomize_v5.8.1_linux_amd64.tar.gz',
    ],
    ['envoy', 'x64', 'envoyproxy/envoy/releases/download/v1.40.0/envoy-1.40.0-linux-x86_64'],
    ['envoy', 'arm64', 'envoyproxy/envoy/releases/download/v1.40.0/envoy-1.40.0-linux-aarch_64'],
  ])('of %s for %s are on GitHub', (name, arch, path) => {
    expect(tool(name, arch).download?.url).toBe(`https://github.com/${path}`);
  });

  it('of Kubernetes are bare binaries with their sum beside them', () => {
    const url = 'https://dl.k8s.io/release/v1.36.3/bin/linux/arm64/kube-apiserver';
    expect(tool('kube-apiserver', 'arm64').download).toEqual({ url, checksumUrl: `${url}.sha256` });
  });

  it('do not exist for istiod, nor for other processors', () => {
    expect(tool('pilot-discovery').download).toBeUndefined();
    expect(tool('etcd', 's390x').download).toBeUndefined();
  });
});

// What the pinned binaries print, shortened.
const printed: Record<ToolName, string> = {
  temporal: 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)',
  etcd: 'etcd Version: 3.6.8\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: go1.26.8',
  'kube-apiserver': 'Kubernetes v1.36.3',
  'kube-controller-manager': 'Kubernetes v1.36.3',
  'pilot-discovery':
    'client version: version.BuildInfo{Version:"1.31.0", GitRevision:"unknown", GolangVersion:"go1.26.8"}',
  istioctl: 'client version: 1.31.0',
  prometheus: 'prometheus, version 3.13.5 (branch: , revision: unknown)\n  build user:',
  kustomize: 'v5.8.1',
  helm: 'v3.22.0+g144dda3',
  envoy: 'envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL',
  'temporal-server': 'temporal version 1.29.1',
  'temporal-sql-tool': 'temporal-sql-tool version 1.29.1',
};

describe('the version of a binary', () => {
  it.each(toolNames)('is read from what %s prints', (name) => {
    expect(tool(name).versionPattern.exec(printed[name])?.[1]).toBe(toolVersions[name]);
  });

  it('keeps a suffix: a release candidate is another version', () => {
    expect(tool('kube-apiserver').versionPattern.exec('Kubernetes v1.36.3-rc.1')?.[1]).toBe('1.36.3-rc.1');
    expect(tool('envoy').versionPattern.exec('envoy version: abc/1.40.0-dev/Clean')?.[1]).toBe('1.40.0-dev');
  });
});
