/** What answers a worker: proxies, sources of metrics, clusters and programs. */
import { readCredential } from '../../../access/exec-credentials.ts';
import { parseKubeconfig } from '../../../access/kubeconfig-text.ts';
import { readAnswer } from '../../../activities/gates/prometheus-answer.ts';
import { readMetricData } from '../../../activities/gates/samples/cloud-watch-answer.ts';
import { readPoints } from '../../../activities/gates/samples/datadog.ts';
import { readExitCode } from '../../../activities/kubernetes/exec.ts';
import { apiFailure, readStatus } from '../../../activities/kubernetes/failure.ts';
import { readFindings } from '../../../activities/mesh/precheck.ts';
import { readConfigs } from '../../../activities/proxies/config-dump.ts';
import { readEndpoints } from '../../../activities/proxies/endpoints.ts';
import { parseTextFormat } from '../../../activities/proxies/text-format.ts';
import { clusterLack } from '../../../activities/traffic/observe/cluster-dump.ts';
import { readRoutes, serviceRoutes, subsetRoutes } from '../../../activities/traffic/observe/route-dump.ts';
import { steeringOf } from '../../../activities/traffic/routing/steering-mark.ts';
import { parsePayloads } from '../../../encryption/payloads-json.ts';
import { bounded, boundedAnswer, longestMessage, refusing, type Target } from './target.ts';

const cluster = 'outbound|9080|v2|reviews.default.svc.cluster.local';
const service = 'outbound|9080||reviews.default.svc.cluster.local';
const istioConfig = '/apis/networking.istio.io/v1/namespaces/default/virtual-service/reviews';
const answered = (text: string) => ({ status: 200, contentType: 'application/json', location: null, text });

const dumps = [
  {
    configs: [
      {
        route_config: {
          virtual_hosts: [
            {
              name: 'reviews.default.svc.cluster.local:9080',
              domains: ['reviews', 'reviews.default'],
              routes: [
                {
                  name: 'a',
                  route: {
                    weighted_clusters: {
                      clusters: [
                        { name: cluster, weight: 10 },
                        { name: service, weight: 90 },
                      ],
                    },
                  },
                  metadata: { filter_metadata: { istio: { config: istioConfig } } },
                },
                { name: 'b', route: { cluster: service } },
              ],
            },
          ],
        },
      },
    ],
  },
  { configs: [{ cluster: { name: cluster } }, { cluster: { name: service } }] },
].map((dump) => JSON.stringify(dump));

const wanted = {
  namespace: 'default',
  sources: {
    reviews: [
      {
        origin: { namespace: 'default', name: 'reviews' },
        splits: [{ split: { v2: 10, v1: 90 }, always: true }],
      },
    ],
  },
};
const services = [{ host: 'reviews', subsets: [{ name: 'v1', labels: {} }], stable: 'v1' }];

const proxyTargets: readonly Target[] = [
  {
    name: 'text-format',
    seeds: [
      '# TYPE istio_requests_total counter\nistio_requests_total{reporter="source",le="+Inf",q="say \\"hi\\""} 7 1395066363000\n',
      'envoy_cluster_x{xds_cluster_name="outbound|80||x.y;"} 1e3\na NaN\nb{} +Inf\n',
    ],
    run: (text) => refusing(['SyntaxError'], () => parseTextFormat(text)),
  },
  {
    name: 'config-dump',
    seeds: dumps,
    run: (text) =>
      refusing(['Error'], () => {
        const configs = readConfigs(text);
        readRoutes(configs, wanted);
        subsetRoutes(configs, { host: 'reviews', namespace: 'default', subsets: ['v1'] });
        serviceRoutes(configs, 'reviews', 'default');
        clusterLack(configs, services, 'default');
      }),
  },
  {
    name: 'clusters',
    seeds: [
      JSON.stringify({
        cluster_statuses: [
          {
            name: cluster,
            host_statuses: [
              { stats: [{ name: 'rq_total', value: '3' }], health_status: { eds_health_status: 'HEALTHY' } },
            ],
            circuit_breakers: { thresholds: [{ priority: 'DEFAULT', max_connections: 4294967295 }] },
          },
        ],
      }),
    ],
    run: (text) => refusing(['ApplicationFailure'], () => readEndpoints(text)),
  },
];

const metricTargets: readonly Target[] = [
  {
    name: 'prometheus',
    seeds: [
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"2"]}]}}',
      '{"status":"success","data":{"resultType":"scalar","result":[1,"+Inf"]}}',
      '{"status":"error","errorType":"bad_data","error":"parse error"}',
    ],
    run: (text) => {
      const result = readAnswer('Prometheus answers', answered(text), null);
      if ('trouble' in result) bounded(result.trouble, longestMessage);
    },
  },
  {
    name: 'cloud-watch',
    seeds: [
      '{"MetricDataResults":[{"Id":"a","Label":"A","StatusCode":"Complete","Timestamps":[1700000000],"Values":[0.5]}]}',
      '{"__type":"com.amazon#AccessDeniedException","Message":"no"}',
    ],
    run: (text) => {
      const asked = readMetricData('CloudWatch', answered(text), 0);
      if ('reason' in asked) bounded(asked.reason, longestMessage);
    },
  },
  {
    name: 'datadog',
    seeds: ['{"status":"ok","series":[{"scope":"a:b","pointlist":[[1,2],[3,null]]}]}', '{"errors":["bad"]}'],
    run: (text) => {
      const asked = readPoints('avg:x{*}', answered(text));
      if ('reason' in asked) bounded(asked.reason, longestMessage);
    },
  },
];

const mark = (text: string) => ({
  apiVersion: 'v1',
  kind: 'VirtualService',
  metadata: { name: 'x', annotations: { 'sluice.dev/steering': text } },
});

const clusterTargets: readonly Target[] = [
  {
    name: 'kubeconfig',
    seeds: [
      'apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: {server: "https://a"}}]\n' +
        'contexts: [{name: a, context: {cluster: a, user: a}}]\nusers:\n- name: a\n  user: {exec: {apiVersion: v1, command: x, args: [a]}}\n',
    ],
    run: (text) => refusing(['Error'], () => parseKubeconfig(text)),
  },
  {
    name: 'exec-credential',
    seeds: [
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"x","expirationTimestamp":"2026-11-27T00:00:00Z"}}',
    ],
    run: (text) => refusing(['Error'], () => readCredential('plugin', text)),
  },
  {
    name: 'api-status',
    seeds: [
      '{"kind":"Status","reason":"Forbidden","message":"no","details":{"causes":[{"reason":"x"}]},"code":403}',
    ],
    run: (text) => bounded(apiFailure('read x', readStatus(403, text)).message, longestMessage),
  },
  {
    name: 'exec-status',
    seeds: [
      '{"status":"Failure","message":"ended","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}',
      '{"status":"Success"}',
    ],
    run: (text) => refusing(['ApplicationFailure'], () => readExitCode('run x', text)),
  },
  {
    name: 'precheck',
    seeds: ['[{"code":"IST0101","level":"Warning","origin":"x","message":"a"}]'],
    run: (text) => refusing(['ApplicationFailure'], () => boundedAnswer(readFindings(text), 500_000)),
  },
  {
    name: 'steering',
    seeds: ['{"by":"rollout/x@run-1","weights":{"reviews":{"v1":90,"v2":10}}}'],
    run: (text) => {
      const steering = steeringOf(mark(text));
      if (steering !== null)
        Object.entries(steering.weights.reviews ?? {}).map(([, weight]) => weight.toFixed(0));
    },
  },
  {
    name: 'payloads',
    seeds: ['{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"e30="}]}'],
    run: (text) => refusing(['Error'], () => parsePayloads(text)),
  },
];

export const answerTargets: readonly Target[] = [...proxyTargets, ...metricTargets, ...clusterTargets];
