import type { Architecture, Download, Origins } from './tool.ts';
import { toolVersions, type ToolName } from './versions.ts';

/** Official homes of the releases. */
export const officialOrigins: Origins = {
  github: 'https://github.com',
  kubernetes: 'https://dl.k8s.io',
  helm: 'https://get.helm.sh',
};

type Release = (version: string, arch: Architecture, origins: Origins) => Download;

function kubernetesBinary(name: string): Release {
  return (version, arch, { kubernetes }) => {
    const url = `${kubernetes}/release/v${version}/bin/linux/${arch}/${name}`;
    return { url, checksumUrl: `${url}.sha256` };
  };
}

function temporalProgram(member: string): Release {
  return (version, arch, { github }) => {
    const base = `${github}/temporalio/temporal/releases/download/v${version}`;
    const url = `${base}/temporal_${version}_linux_${arch}.tar.gz`;
    return { url, member, checksumUrl: `${base}/checksums.txt` };
  };
}

/** File name patterns of each project's releases. istiod is published as a container image only. */
const releases: Partial<Record<ToolName, Release>> = {
  temporal: (version, arch, { github }) => {
    const base = `${github}/temporalio/cli/releases/download/v${version}`;
    const url = `${base}/temporal_cli_${version}_linux_${arch}.tar.gz`;
    return { url, member: 'temporal', checksumUrl: `${base}/checksums.txt` };
  },
  'temporal-server': temporalProgram('temporal-server'),
  'temporal-sql-tool': temporalProgram('temporal-sql-tool'),
  etcd: (version, arch, { github }) => {
    const base = `${github}/etcd-io/etcd/releases/download/v${version}`;
    const folder = `etcd-v${version}-linux-${arch}`;
    return { url: `${base}/${folder}.tar.gz`, member: `${folder}/etcd`, checksumUrl: `${base}/SHA256SUMS` };
  },
  'kube-apiserver': kubernetesBinary('kube-apiserver'),
  'kube-controller-manager': kubernetesBinary('kube-controller-manager'),
  istioctl: (version, arch, { github }) => {
    const url = `${github}/istio/istio/releases/download/${version}/istioctl-${version}-linux-${arch}.tar.gz`;
    return { url, member: 'istioctl', checksumUrl: `${url}.sha256` };
  },
  prometheus: (version, arch, { github }) => {
    const base = `${github}/prometheus/prometheus/releases/download/v${version}`;
    const folder = `prometheus-${version}.linux-${arch}`;
    return {
      url: `${base}/${folder}.tar.gz`,
      member: `${folder}/prometheus`,
      checksumUrl: `${base}/sha256sums.txt`,
    };
  },
  envoy: (version, arch, { github }) => {
    const base = `${github}/envoyproxy/envoy/releases/download/v${version}`;
    const suffix = arch === 'amd64' ? 'x86_64' : 'aarch_64';
    return { url: `${base}/envoy-${version}-linux-${suffix}`, checksumUrl: `${base}/checksums.txt.asc` };
  },
  kustomize: (version, arch, { github }) => {
    const base = `${github}/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv${version}`;
    const url = `${base}/kustomize_v${version}_linux_${arch}.tar.gz`;
    return { url, member: 'kustomize', checksumUrl: `${base}/checksums.txt` };
  },
  helm: (version, arch, { helm }) => {
    const url = `${helm}/helm-v${version}-linux-${arch}.tar.gz`;
    return { url, member: `linux-${arch}/helm`, checksumUrl: `${url}.sha256sum` };
  },
};

/** The tool's official release for Linux on this architecture; `undefined` when there is none. */
export function releaseOf(name: ToolName, arch: Architecture, origins: Origins): Download | undefined {
  return releases[name]?.(toolVersions[name], arch, origins);
}
