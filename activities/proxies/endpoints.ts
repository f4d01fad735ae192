/** What a proxy tells of the endpoints of its clusters. */
import { ApplicationFailure } from '@temporalio/activity';
import * as z from 'zod';
import { messageOf } from '../../domain/message-of.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { askAdmin } from './ask.ts';
import type { Proxy } from './proxies.ts';

const stat = z.looseObject({ name: z.string().optional(), value: z.string().optional() });

const endpoint = z.looseObject({
  address: z
    .looseObject({
      socket_address: z
        .looseObject({ address: z.string().optional(), port_value: z.number().optional() })
        .optional(),
    })
    .optional(),
  stats: z.array(stat).optional(),
  health_status: z.looseObject({ eds_health_status: z.string().optional() }).optional(),
});

const threshold = z.looseObject({
  priority: z.string().optional(),
  max_connections: z.number().optional(),
  max_pending_requests: z.number().optional(),
  max_requests: z.number().optional(),
  max_retries: z.number().optional(),
});

const cluster = z.looseObject({
  name: z.string().optional(),
  host_statuses: z.array(endpoint).optional(),
  circuit_breakers: z.looseObject({ thresholds: z.array(threshold).optional() }).optional(),
});

/** The parts of `envoy.admin.v3.Clusters` that are read. */
const answer = z.looseObject({ cluster_statuses: z.array(cluster).default([]) });

/** How a proxy sees a cluster. */
export interface ClusterEndpoints {
  /** `outbound|9080|v2|reviews.default.svc.cluster.local` */
  readonly name: string;
  /** Endpoints that requests may go to. */
  readonly healthy: number;
  /** Whether its circuit breaker has a limit. */
  readonly isLimited: boolean;
  /** Whether its connections, waiting or running requests are at the limit of the circuit breaker. */
  readonly isSaturated: boolean;
  /** Requests sent to its endpoints since they are known. */
  readonly requests: number;
  /** How requests to each endpoint ended, those that the proxy sent as copies included. */
  readonly endpoints: readonly EndpointAnswers[];
}

/** Requests to one endpoint since it is known, as Envoy counts them for every host. */
export interface EndpointAnswers {
  /** `10.0.0.7:9080` */
  readonly address: string;
  /** Answered, and not with 5xx or a gRPC status that stands for it. */
  readonly successes: number;
  /** Answered with 5xx or such a status, timed out, reset, or never connected. */
  readonly errors: number;
}

/**
 * Asks a proxy how it sees the endpoints of clusters.
 * @param nameRegex expression for the names of the clusters; Envoys that do not know the filter tell of all
 * @param timeout milliseconds
 * @throws ApplicationFailure, retryable, when the proxy does not answer
 */
export async function askEndpoints(
  client: ClusterClient,
  proxy: Proxy,
  nameRegex: string,
  timeout: number,
): Promise<ClusterEndpoints[]> {
  const path = `clusters?format=json&filter=${encodeURIComponent(nameRegex)}`;
  return readEndpoints(await askAdmin(client, proxy, path, timeout));
}

/**
 * Reads Envoy's answer.
 * @throws ApplicationFailure, retryable, where the text is none
 */
export function readEndpoints(text: string): ClusterEndpoints[] {
  return parse(text).cluster_statuses.map((one) => ({
    name: one.name ?? '',
    healthy: (one.host_statuses ?? []).filter(isHealthy).length,
    isLimited: isLimited(one),
    isSaturated: isSaturated(one),
    requests: sumOf(one, 'rq_total'),
    endpoints: (one.host_statuses ?? []).map(answersOf),
  }));
}

function answersOf({ address, stats }: z.output<typeof endpoint>): EndpointAnswers {
  const { address: ip = '', port_value: port = 0 } = address?.socket_address ?? {};
  return {
    address: `${ip}:${port}`,
    successes: valueOf(stats, 'rq_success'),
    errors: valueOf(stats, 'rq_error'),
  };
}

/** A proxy before Envoy's admin port, or one that starts, answers with text of its own. */
function parse(text: string): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(text));
  } catch (error) {
    throw ApplicationFailure.retryable(`no clusters of Envoy: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  return (issue === undefined ? messageOf(error) : `${issue.path.join('.')} ${issue.message}`).slice(0, 200);
}

/** Envoy tells every reason to keep requests away as a field of its own (`failed_outlier_check` …). */
function isHealthy({ health_status: health }: z.output<typeof endpoint>): boolean {
  const { eds_health_status: told = 'HEALTHY', ...reasons } = health ?? {};
  const isKeptAway = Object.entries(reasons).some(
    ([name, value]) => name.startsWith('failed_') && value === true,
  );
  return !isKeptAway && (told === 'HEALTHY' || told === 'UNKNOWN' || told === 'DEGRADED');
}

/** Sum of a counter or gauge over the endpoints of a cluster. */
function sumOf({ host_statuses = [] }: z.output<typeof cluster>, name: string): number {
  return host_statuses.reduce((total, { stats }) => total + valueOf(stats, name), 0);
}

/** Envoy leaves out the value of one that is 0. */
function valueOf(stats: readonly z.output<typeof stat>[] = [], name: string): number {
  return Number(stats.find((one) => one.name === name)?.value ?? 0);
}

/**
 * What Istio sets for every limit that no DestinationRule sets (istio/istio, pilot/pkg/networking/core/cluster_traffic_policy.go,
 * `getDefaultCircuitBreakerThresholds`).
 */
const unlimited = 4_294_967_295;

/** A limit that is not told is one: Envoy has limits of its own where none are set. */
function isLimited(one: z.output<typeof cluster>): boolean {
  const limits = limitsOf(one);
  return [
    limits?.max_connections,
    limits?.max_pending_requests,
    limits?.max_requests,
    limits?.max_retries,
  ].some((limit) => limit !== unlimited);
}

function isSaturated(one: z.output<typeof cluster>): boolean {
  const limits = limitsOf(one);
  // A limit that is not printed is 0, which lets nothing through.
  const isAt = (name: string, limit: number | undefined) =>
    limits !== undefined && sumOf(one, name) >= (limit ?? 0);
  return (
    isAt('cx_active', limits?.max_connections) ||
    isAt('rq_pending_active', limits?.max_pending_requests) ||
    isAt('rq_active', limits?.max_requests)
  );
}

function limitsOf({ circuit_breakers: breakers }: z.output<typeof cluster>) {
  return breakers?.thresholds?.find(({ priority = 'DEFAULT' }) => priority === 'DEFAULT');
}
