import { labPorts } from '../../ports.ts';
import { nodeAddress } from '../addresses.ts';
import { podLabelValue } from '../mesh/selector.ts';
import { podLabel } from '../options.ts';
import { workloadOf } from '../pods/workload.ts';
import { metricsPathOf } from '../telemetry/serve.ts';
import { versionInTag, type ContainerContext } from './program.ts';

/** Port of Envoy's admin interface, on the pod's address. */
export const adminPort = 15000;

/** Port at which a proxy shows Istio's metrics. */
export const metricsPort = 15090;

/** What a proxy says of itself when its image's tag is no version: istiod shapes its answers by it. */
const assumedVersion = '1.31.0';

/** Ports at which a proxy answers on the pod's address, and where each leads. */
function statusPorts(address: string) {
  const metrics = { path: '/stats/prometheus', to: 'telemetry', rewrite: metricsPathOf(address) };
  return [
    { port: 15021, path: '/healthz/ready', to: 'admin', rewrite: '/ready' },
    { port: metricsPort, ...metrics },
    // The port that injected pods name in their `prometheus.io` annotations.
    { port: 15020, ...metrics },
  ];
}

/** Statistics that an istio-proxy keeps by default (`proxyStatsMatcher`): Envoy's own of clusters are not among them. */
const keptStatistics = {
  inclusion_list: {
    patterns: [
      ...['istio', 'cluster_manager', 'listener_manager', 'server', 'cluster.xds-grpc'].map((prefix) => ({
        prefix,
      })),
    ],
  },
};

/** Envoy's start-up configuration: where istiod is, who this proxy is and its status ports. */
export function bootstrap(context: ContainerContext): object {
  const { address, options } = context;
  return {
    node: node(context),
    admin: { address: socket(address, adminPort) },
    stats_config: { stats_matcher: keptStatistics },
    dynamic_resources: {
      lds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
      cds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      },
    },
    static_resources: {
      clusters: [
        { ...cluster('xds-grpc', nodeAddress(options.block), 15010), ...http2 },
        cluster('admin', address, adminPort),
        cluster('telemetry', nodeAddress(options.block), labPorts.telemetry),
      ],
      listeners: statusPorts(address).map((port) => listener(address, port)),
    },
  };
}

function node(context: ContainerContext): object {
  const { pod, address, container } = context;
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const kind = container.args?.includes('router') ? 'router' : 'sidecar';
  return {
    id: `${kind}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${workloadOf(pod)}.${namespace}`,
    metadata: metadata(context),
  };
}

function metadata({ pod, address, container, env }: ContainerContext): object {
  const { name = '', namespace = '', labels = {}, annotations = {} } = pod.metadata ?? {};
  // istiod takes the labels of the pod it finds in the API and adds only the static ones.
  const own = { [podLabel]: podLabelValue(pod) };
  return {
    CLUSTER_ID: 'Kubernetes',
    WORKLOAD_NAME: workloadOf(pod),
    ...environmentMetadata(env),
    NAME: name,
    NAMESPACE: namespace,
    LABELS: { ...labels, ...own },
    STATIC_LABELS: own,
    ANNOTATIONS: annotations,
    INSTANCE_IPS: address,
    INTERCEPTION_MODE: 'NONE',
    ISTIO_VERSION: versionInTag(container.image ?? '') ?? assumedVersion,
    SERVICE_ACCOUNT: pod.spec?.serviceAccountName ?? 'default',
    ENVOY_STATUS_PORT: 15021,
    ENVOY_PROMETHEUS_PORT: 15090,
  };
}

/** Metadata that injection hands to the proxy as `ISTIO_META_…` variables, as pilot-agent reads them. */
function environmentMetadata(env: Readonly<Record<string, string>>): Record<string, string> {
  const prefix = 'ISTIO_META_';
  const entries = Object.entries(env).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}

const http2 = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
  // Notices within seconds that an istiod was killed, and asks the next one.
  upstream_connection_options: { tcp_keepalive: { keepalive_time: 10 } },
};

function cluster(name: string, address: string, port: number): object {
  const endpoint = { endpoint: { address: socket(address, port) } };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [endpoint] }] },
  };
}

function listener(
  address: string,
  { port, path, to, rewrite }: ReturnType<typeof statusPorts>[number],
): object {
  const route = { match: { prefix: path }, route: { cluster: to, prefix_rewrite: rewrite } };
  const manager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: `status-${port}`,
    route_config: { virtual_hosts: [{ name: to, domains: ['*'], routes: [route] }] },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  };
  const filter = { name: 'envoy.filters.network.http_connection_manager', typed_config: manager };
  return {
    name: `status-${port}`,
    address: socket(address, port),
    ignore_global_conn_limit: true,
    filter_chains: [{ filters: [filter] }],
  };
}

function socket(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}
