/** Documents that are wrong, each in its own way: not YAML, not a document, or a right one with one field spoiled. */
import { stringify } from 'yaml';
import { everything } from '../domain/spec/documents.ts';

const deep = (open: string, close: string) => open.repeat(5_000) + close.repeat(5_000);

/** Texts that are no document at all. */
const texts: Readonly<Record<string, string>> = {
  empty: '',
  blank: ' \n\t\n',
  'a comment': '# soon',
  null: 'null',
  'a number': '42',
  'a list': '- a\n- b',
  'a text': 'rollout',
  'bytes of a picture': '\u0089PNG\r\n\u001a\n\u0000\u0000',
  'a NUL': 'kind: Canary\u0000',
  'an open bracket': 'spec: [',
  'an open quote': 'kind: "Canary',
  'tabs for indentation': 'spec:\n\tcluster: {}',
  'a key twice': 'kind: Canary\nkind: Rollout',
  'two documents': 'kind: Canary\n---\nkind: Canary',
  'an anchor that is not there': 'spec: *nowhere',
  'an anchor of itself': 'spec: &a\n  inner: *a',
  'a billion laughs': `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghij')
    .map(
      (name, at) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${'abcdefghij'[at] ?? ''}`)
          .join(',')}]`,
    )
    .join('\n')}`,
  'a tag that makes objects': 'spec: !!js/function "function () { process.exit(1) }"',
  'a merge of a text': '<<: text\nkind: Canary',
  'brackets without end': deep('[', ']'),
  'JSON cut short': '{"kind": "Canary", "spec": {',
  'a template of Helm': 'kind: {{ .Values.kind }}',
  'HTML of a login page': '<!doctype html><html><body>Sign in</body></html>',
  'the key __proto__': '__proto__: { kind: Canary }\nkind: Canary',
};

type Spoil = readonly [path: readonly (string | number)[], value: unknown];

const wrongAnywhere = [
  null,
  -1,
  Infinity,
  NaN,
  '',
  ' ',
  '-x',
  '--help',
  '$(reboot)',
  'a\nb',
  '../../etc',
  [],
  {},
  true,
];

/** Names that would be options, paths, queries or other names where they are used. */
const hostileNames = [
  '--kubeconfig=/etc/shadow',
  '-x',
  'a;reboot',
  'a b',
  'a/../b',
  'a"b',
  "a'b",
  'a{b="c"}',
  'UPPER',
  'é',
  'a\u0000b',
  'x'.repeat(300),
  '__proto__',
  '{{host}}',
  '${HOME}',
];

const spoils: readonly Spoil[] = [
  ...wrongAnywhere.flatMap((value): Spoil[] => [
    [['kind'], value],
    [['spec', 'stages'], value],
    [['spec', 'services', 0, 'host'], value],
    [['spec', 'stages', 0, 'weights', 'reviews'], value],
  ]),
  ...hostileNames.flatMap((name): Spoil[] => [
    [['metadata', 'name'], name],
    [['spec', 'namespace'], name],
    [['spec', 'services', 0, 'host'], name],
    [['spec', 'services', 0, 'subsets', 0, 'name'], name],
    [['spec', 'stages', 0, 'name'], name],
  ]),
  [['spec', 'stages', 0, 'weights', 'reviews'], { v1: 101 }],
  [['spec', 'stages', 0, 'weights', 'reviews'], { v1: 50, v3: 49 }],
  [['spec', 'stages', 0, 'weights', 'reviews'], { v1: 33.3, v3: 66.7 }],
  [['spec', 'stages', 0, 'weights', 'reviews'], { v9: 100 }],
  [['spec', 'stages', 0, 'hold'], '1 fortnight'],
  [['spec', 'stages', 0, 'hold'], -5],
  [['spec', 'stages', 0, 'hold'], '99999d'],
  [['spec', 'gates'], [{ name: 'two', errors: {}, latency: { percentile: 99, max: '1s' } }]],
  [['spec', 'gates'], [{ name: 'q', promql: { query: 'sum(', min: 1 } }]],
  [['spec', 'gates'], [{ name: 'q', promql: { query: '{{nobody}}', min: 1 } }]],
  [['spec', 'gates'], [{ name: 'h', http: { url: 'file:///etc/passwd' } }]],
  [['spec', 'gates'], [{ name: 'h', http: { url: 'http://user:secret@host/' } }]],
  [['spec', 'gates'], [{ name: 'h', http: { url: 'javascript:alert(1)' } }]],
  [['spec', 'notifications'], [{ urlFromEnv: 'SLUICE_NOTIFY_A=B' }]],
  [['spec', 'notifications'], [{ url: 'http://a', urlFromEnv: 'SLUICE_NOTIFY_B' }]],
  [['spec', 'metrics'], { prometheus: { address: 'http://a:b@prometheus' } }],
  [['spec', 'mesh'], { set: { '--set': 'x' } }],
  [['spec', 'mesh'], { profile: '--filename' }],
  [['spec', 'mesh'], { version: '../../1.31' }],
  [['spec', 'cluster'], { provider: 'nobody' }],
  [['spec', 'cluster'], { provider: 'lab', name: '--name' }],
  [['spec', 'cluster'], { provider: 'lab', name: '../../home' }],
  [['spec', 'cluster'], { provider: 'eks', name: '--help', region: 'us-west-1' }],
  [['spec', 'nobody-knows'], 1],
];

/** Every malformed document, by what is wrong with it. */
export const malformedSpecs: readonly (readonly [name: string, text: string])[] = [
  ...Object.entries(texts),
  ...spoils.map((spoil) => [describe(spoil), stringify(spoiled(everything(), spoil))] as const),
];

function describe([path, value]: Spoil): string {
  return `${path.join('.')}: ${JSON.stringify(value).slice(0, 60)}`;
}

function spoiled(document: object, [path, value]: Spoil): object {
  const copy = structuredClone(document);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = value;
  return copy;
}
