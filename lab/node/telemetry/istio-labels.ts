import type { AccessTags } from './access-tags.ts';
import type { WorkloadIdentity } from './workload-identity.ts';

/** Finds the workload of the endpoint that a request went to; undefined when it is not known. */
export type FindWorkload = (namespace: string, endpoint: string) => WorkloadIdentity | undefined;

/** A calling proxy. */
export interface Reporter {
  readonly identity: WorkloadIdentity;
  /** Gateways do not take the name of a service from the request's `Host`. */
  readonly isGateway: boolean;
}

const unknown = 'unknown';

/**
 * The labels of Istio's metrics for one request, in the order of their names inside of Envoy, and with Istio's own
 * `unknown`s: the called workload tells its labels with its answer, so without an answer it has none; its canonical
 * service and revision come from the endpoint, so without an endpoint they are unknown as well.
 * Source: `istio_stats.cc` of istio/proxy.
 */
export function istioLabels(
  tags: AccessTags,
  reporter: Reporter,
  find: FindWorkload,
): Record<string, string> {
  const { identity } = reporter;
  const service = serviceOf(tags, reporter);
  const endpoint = endpointOf(tags.upstream_workload);
  const peer = endpoint && isAnswered(tags) ? find(endpoint.namespace, endpoint.name) : undefined;
  const isGrpc = tags.content_type.startsWith('application/grpc');
  return {
    reporter: 'source',
    source_workload: identity.workload,
    source_canonical_service: identity.canonicalService,
    source_canonical_revision: identity.canonicalRevision,
    source_workload_namespace: identity.namespace,
    source_principal: unknown,
    source_app: identity.app,
    source_version: identity.version,
    source_cluster: 'Kubernetes',
    destination_workload: peer?.workload ?? unknown,
    destination_workload_namespace: peer?.namespace ?? unknown,
    destination_principal: unknown,
    destination_app: peer?.app ?? unknown,
    destination_version: peer?.version ?? unknown,
    destination_service: service.host,
    destination_canonical_service: endpoint?.canonicalService ?? unknown,
    destination_canonical_revision: endpoint?.canonicalRevision ?? 'latest',
    destination_service_name: service.name,
    destination_service_namespace: service.namespace,
    destination_cluster: peer ? 'Kubernetes' : unknown,
    request_protocol: isGrpc ? 'grpc' : 'http',
    response_code: tags.response_code,
    grpc_response_status: isGrpc ? tags.grpc_status : '',
    response_flags: tags.response_flags || '-',
    connection_security_policy: unknown,
  };
}

/** Whether the called side began to answer: the caller may still break off what follows the headers. */
function isAnswered({ details, response_code: code }: AccessTags): boolean {
  return details === 'via_upstream' || (/^[1-4]/.test(code) && details.startsWith('downstream'));
}

/** The parts of an endpoint's metadata: `reviews-v1-5d8f-x2k-lab;default;reviews;v1;Kubernetes`. */
function endpointOf(text: string) {
  const [name, namespace, canonicalService = unknown, canonicalRevision = 'latest'] = text.split(';');
  if (!name || !namespace) return undefined;
  return {
    name,
    namespace,
    canonicalService,
    canonicalRevision,
  };
}

interface CalledService {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
}

/** Clusters that stand for no service of the mesh. */
const catchAll = /^(PassthroughCluster|BlackHoleCluster)/;

/** The service of the cluster that the route chose; without a cluster, the name that the request gave. */
function serviceOf(
  { cluster_services, upstream_cluster, authority }: AccessTags,
  reporter: Reporter,
): CalledService {
  const [known] = servicesIn(cluster_services);
  if (known !== undefined) return known;
  const host = reporter.isGateway || authority === '' ? unknown : authority;
  const name = catchAll.test(upstream_cluster) ? upstream_cluster : host;
  return { host, name, namespace: unknown };
}

function servicesIn(text: string): CalledService[] {
  if (text === '') return [];
  const services = JSON.parse(text) as Partial<CalledService>[];
  return services.map(({ host = unknown, name = unknown, namespace = unknown }) => ({
    host,
    name,
    namespace,
  }));
}
