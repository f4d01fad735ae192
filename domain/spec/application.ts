/** The application that a rollout brings, as a validated document has it. */
import type { JobTask } from './job-task.ts';

/** An object of Kubernetes as somebody wrote it; without a namespace it is one of the rollout's, or of the cluster. */
export interface ApplicationObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
  readonly [field: string]: unknown;
}

/** Where an application's objects come from. */
export type ApplicationSource =
  /** An application whose manifests Sluice ships. */
  | { readonly bundle: 'bookinfo' }
  /** The user's own, whatever they were written with: manifests, a kustomization, a chart. */
  | { readonly objects: readonly ApplicationObject[] };

export type ApplicationSpec = ApplicationSource & {
  /** Absent from documents that were resolved before there were any: a bundle has its own then. */
  readonly checks?: readonly CheckSpec[];
};

interface CheckBase {
  readonly name: string;
  /** Milliseconds that the answer may take to be right. */
  readonly timeout: number;
}

/** A command in a pod of the application. */
export type ExecCheckSpec = CheckBase & {
  readonly kind: 'exec';
  /** Labels of the pod; any one that has them. */
  readonly pod: Readonly<Record<string, string>>;
  /** Null for the first that is no sidecar. */
  readonly container: string | null;
  readonly command: readonly string[];
  readonly exitCode: number;
  /** What stdout has to contain; null for anything. */
  readonly stdout: string | null;
};

/** A GET through the ingress gateway. */
export type HttpCheckSpec = CheckBase & {
  readonly kind: 'http';
  readonly path: string;
  /** The `Host` header; null for the gateway's own address. */
  readonly host: string | null;
  readonly status: number;
  /** What the body has to contain; null for anything. */
  readonly body: string | null;
};

/** A Job that has to complete. */
export type JobCheckSpec = JobTask & { readonly kind: 'job' };

/** Something that has to be true of an application that works. */
export type CheckSpec = ExecCheckSpec | HttpCheckSpec | JobCheckSpec;

/** In the cluster's own pods, as opposed to through its ingress. */
export type InsideCheckSpec = ExecCheckSpec | JobCheckSpec;

/** An application in a few words. */
export function describeApplication(application: ApplicationSource): string {
  if ('bundle' in application) return application.bundle;
  const { length } = application.objects;
  return `the application's ${length === 1 ? 'one object' : `${length} objects`}`;
}

/** Checks that run in the cluster's own pods. */
export function insideChecks(checks: readonly CheckSpec[]): InsideCheckSpec[] {
  return checks.filter((check) => check.kind !== 'http');
}

/** Checks that come through the ingress, as the application's users do. */
export function outsideChecks(checks: readonly CheckSpec[]): HttpCheckSpec[] {
  return checks.filter((check) => check.kind === 'http');
}
