/** What those write who start rollouts. */
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { maxIssueCharacters, maxIssues } from '../../../domain/defaults.ts';
import { readDuration } from '../../../domain/duration.ts';
import { inputProblems, teardownProblems } from '../../../domain/input.ts';
import { parseListenAddress } from '../../../domain/listen-address.ts';
import { httpAddress, httpUrl } from '../../../domain/spec/addresses.ts';
import { parseObjects } from '../../../domain/spec/objects/parse-objects.ts';
import { parseDocument } from '../../../domain/spec/parse.ts';
import { queryProblem } from '../../../domain/spec/promql.ts';
import { fillQuery, placeholderProblem } from '../../../domain/spec/query-placeholders.ts';
import { resolveDocument } from '../../../domain/spec/resolve.ts';
import { parseTemplates } from '../../../domain/spec/templates/parse-templates.ts';
import { readProposal } from '../../../workflows/proposal.ts';
import { everything } from '../../domain/spec/documents.ts';
import { boundedAnswer, bounded, type Target } from './target.ts';

const example = (name: string) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');

const specs = ['canary', 'bookinfo-lab', 'bookinfo-eks', 'bookinfo-gateway-api'].map((name) =>
  example(`${name}.yaml`),
);
const values = [everything()].map((value) => JSON.stringify(value));

/** All that may be told of a document: each mistake has a path and a place besides its words. */
const longestIssues = (maxIssues + 1) * (maxIssueCharacters + 6_000);

const connection = {
  ...{ provider: 'kubeconfig', name: 'test', kubeconfig: '/kubeconfig', context: 'test' },
  ...{ created: false, prometheus: null, istio: { set: ['a=b'] } },
};
const objects = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' }];
const created = { cluster: false, mesh: true, revisions: ['default'], namespaceLabel: true, objects };
const teardown = JSON.stringify({ connection, namespace: 'shop', created });

export const documentTargets: readonly Target[] = [
  {
    name: 'spec',
    seeds: [...specs, ...values, stringify(everything())],
    run: (text) => {
      const parsed = parseDocument(text);
      if ('issues' in parsed) boundedAnswer(parsed.issues, longestIssues);
    },
  },
  {
    name: 'spec-value',
    seeds: values,
    run: (text) => {
      const resolved = resolveDocument(jsonOrText(text));
      if ('issues' in resolved) boundedAnswer(resolved.issues, longestIssues);
    },
  },
  {
    name: 'gate-templates',
    seeds: [example('gate-templates.yaml')],
    run: (text) => {
      const parsed = parseTemplates(text);
      if ('issues' in parsed) boundedAnswer(parsed.issues, longestIssues);
    },
  },
  {
    name: 'manifests',
    seeds: [example('own-manifests/bookinfo.yaml'), example('own-manifests/gateway.yaml')],
    run: (text) => {
      const parsed = parseObjects(text);
      if ('issues' in parsed) boundedAnswer(parsed.issues, 4 * longestIssues);
    },
  },
  {
    name: 'promql',
    seeds: [
      'sum(rate(istio_requests_total{destination_service_name="{{host}}",response_code=~"5.."}[{{window}}]))',
      'histogram_quantile(0.99, sum by (le) (rate(x_bucket{namespace="{{namespace}}"}[1m:5s] offset 5m)))',
      `label_replace(a, "b", '$1', \`c\`, "(.*)") > bool 5 and on(x) group_left() b`,
    ],
    run: (text) => {
      bounded(queryProblem(text) ?? '', 1_000);
      bounded(placeholderProblem(text) ?? '', 1_000);
      fillQuery(text, { host: 'a', subset: 'b', version: 'c', namespace: 'd', window: '60s' });
    },
  },
  {
    name: 'values',
    seeds: [
      '1m30s',
      '500ms',
      'http://prometheus.istio-system:9090/',
      'https://a.example/x?y=z#q',
      '127.0.0.1:80',
    ],
    run: (text) => {
      readDuration(text);
      parseListenAddress(text);
      for (const schema of [httpUrl, httpAddress]) boundedAnswer(schema.safeParse(text).error?.issues, 2_000);
    },
  },
  {
    name: 'inputs',
    seeds: [teardown, JSON.stringify({ connection, objects, cluster: { provider: 'lab', name: 'x' } })],
    run: (text) => {
      const input = jsonOrText(text);
      boundedAnswer([...inputProblems(input), ...teardownProblems(input)], 20_000);
    },
  },
  {
    name: 'signals',
    seeds: ['{"by":"me","reason":"why","full":true}', '"why"'],
    run: (text) => boundedAnswer(readProposal('promote', jsonOrText(text)), 20_000),
  },
];

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
