/**
 * Releases of Istio, and the Kubernetes that each supports: a newer or older one is not tested by Istio, and fails in
 * ways that nobody expects of a rollout.
 */

/** Namespace of Istio's control plane, of the gateways that its profiles bring, and of its add-ons. */
export const istioNamespace = 'istio-system';

/** Where Istio says so; `data/compatibility/supportStatus.yml` in istio/istio.io is the page's source. */
export const istioSupportPage = 'https://istio.io/latest/docs/releases/supported-releases/';

interface IstioMinor {
  readonly minor: string;
  /** Its newest patch that was known when this was written: what a spec gets that names the minor alone. */
  readonly patch: string;
  /** Oldest and newest minor of Kubernetes. */
  readonly kubernetes: readonly [oldest: string, newest: string];
}

/** Minors that Istio supports (as of November 2026), newest first. */
export const istioMinors: readonly [IstioMinor, ...IstioMinor[]] = [
  { minor: '1.31', patch: '1.31.0', kubernetes: ['1.32', '1.36'] },
  { minor: '1.30', patch: '1.30.4', kubernetes: ['1.32', '1.36'] },
];

/** The release to fetch for a spec that names none, on a worker without istioctl. */
export const defaultIstioVersion = istioMinors[0].patch;

/** `1.31` of `1.31.0`, of `v1.31.0-rc.1` and of itself; null for what is no version. */
export function minorOf(version: string): string | null {
  return /^v?(\d+\.\d+)(?![\d])/.exec(version)?.[1] ?? null;
}

/** What is known of the minor of a version. */
export function findMinor(version: string): IstioMinor | undefined {
  const minor = minorOf(version);
  return istioMinors.find((known) => known.minor === minor);
}

/** Whether a version is the one that is wanted: of a minor alone, any of its patches is. */
export function isIstioVersion(version: string, wanted: string): boolean {
  return isPatch(wanted) ? version === wanted : minorOf(version) === wanted;
}

/**
 * The release of Istio that a vendor's version is of: `1.20.8` of `1.20.8-asm.6`; a pre-release is one of its own.
 * @param version of a control plane, as it says it
 * @returns null for what is no version
 */
export function releaseOf(version: string): string | null {
  return /^v?(\d+\.\d+(?:\.\d+(?:-(?:alpha|beta|rc|dev)[\w.]*)?)?)(?![\d])/.exec(version)?.[1] ?? null;
}

/** Exact version of the release to fetch for a wanted one. */
export function releaseFor(wanted: string): string {
  return isPatch(wanted) ? wanted : (findMinor(wanted)?.patch ?? `${wanted}.0`);
}

/** By how many minors, and then patches, `a` is newer than `b`: negative when it is older. A wanted minor has no patch to compare. */
export function compareIstio(a: string, b: string): { readonly minors: number; readonly patches: number } {
  const [, minorA = 0, patchA] = numbersOf(a);
  const [, minorB = 0, patchB] = numbersOf(b);
  const patches = patchA === undefined || patchB === undefined ? 0 : patchA - patchB;
  return { minors: minorA - minorB, patches };
}

/**
 * Why Istio does not support this version of itself on that Kubernetes; null when it does, or when the minor is one
 * that this table does not have.
 */
export function unsupportedKubernetes(istio: string, kubernetes: string): string | null {
  const known = findMinor(istio);
  const [oldest, newest] = known?.kubernetes ?? [];
  const minor = minorOf(kubernetes);
  if (oldest === undefined || newest === undefined || minor === null) return null;
  if (compareIstio(minor, oldest).minors >= 0 && compareIstio(minor, newest).minors <= 0) return null;
  return `Istio ${istio} supports Kubernetes ${oldest} to ${newest}, the cluster has ${kubernetes} (${istioSupportPage})`;
}

function isPatch(version: string): boolean {
  return /^\d+\.\d+\.\d+/.test(version);
}

function numbersOf(version: string): number[] {
  const [, ...parts]: (string | undefined)[] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return parts.filter((part) => part !== undefined).map(Number);
}
