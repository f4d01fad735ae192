import { describe, expect, it } from '@jest/globals';
import { canary } from './documents.ts';
import { problems, resolved } from './problems.ts';

/** checkout 100/0, 90/10, 0/100; what is given goes into the stages, by their place. */
function withStages(changes: readonly object[], more: object = {}) {
  const document = canary();
  const spec = document.spec as { stages: object[] };
  const stages = spec.stages.map((stage, index) => ({ ...stage, ...changes[index] }));
  return { ...document, spec: { ...spec, gates: [{ name: 'errors', errors: {} }], ...more, stages } };
}

const match = (...matches: object[]) => ({ match: { checkout: { v2: matches } } });
const yes = { headers: { 'x-tester': { exact: 'yes' } } };
const stageOf = (value: unknown, index: number) => resolved(value).spec.stages[index];

describe('testers in a stage', () => {
  it('are told by headers and cookies, a cookie as a header', () => {
    const cookie = { cookies: { 'a.b': { exact: 'c+d' } } };
    expect(stageOf(withStages([match(yes, cookie)]), 0)).toMatchObject({
      match: {
        checkout: {
          v2: [yes, { headers: { cookie: { regex: '(?:.*;\\s*)?a\\.b=c\\+d(?:;.*)?' } } }],
        },
      },
    });
  });

  it.each([
    [{ exact: 'yes' }, 'tester=yes', true],
    [{ exact: 'yes' }, 'a=b; tester=yes; c=d', true],
    [{ exact: 'yes' }, 'a=b; xtester=yes', false],
    [{ exact: 'yes' }, 'tester=yes2', false],
    [{ exact: 'y.s' }, 'tester=yes', false],
    [{ prefix: 'ye' }, 'tester=yes; a=b', true],
    [{ prefix: 'ye' }, 'tester=no; a=ye', false],
    [{ regex: 'y|n' }, 'a=b; tester=n', true],
    [{ regex: 'y|n' }, 'tester=no', false],
  ])('by %j have the cookie header %s: %s', (condition, header, fits) => {
    const stage = stageOf(withStages([match({ cookies: { tester: condition } })]), 0);
    const [own] = stage?.match?.checkout?.v2 ?? [];
    const { regex = '' } = own?.headers.cookie as { regex?: string };
    expect(new RegExp(`^(?:${regex})$`).test(header)).toBe(fits);
  });

  it.each([
    [match({}), 'nobody is told apart by this: name a header or a cookie'],
    [match({ headers: { 'X-Tester': { exact: 'yes' } } }), 'in lower case, such as x-tester'],
    [match({ headers: { authority: { exact: 'shop' } } }), 'in lower case, such as x-tester'],
    [match({ headers: { 'x-tester': {} } }), 'one of exact, prefix, regex'],
    [match({ headers: { 'x-tester': { exact: 'a', prefix: 'b' } } }), 'one of exact, prefix, regex'],
    [match({ headers: { 'x-tester': { exact: 'a', suffix: 'b' } } }), 'unknown field "suffix"'],
    [match({ headers: { 'x-tester': { regex: '(?=a)' } } }), 'without look-around and back-references'],
    [match({ headers: { 'x-tester': { regex: '(a' } } }), 'without look-around and back-references'],
    [match({ cookies: { a: { exact: '1' }, b: { exact: '2' } } }), 'give each a match of its own'],
    [
      match({ headers: { cookie: { exact: 'a' } }, cookies: { a: { exact: '1' } } }),
      'cookies asks for this header already',
    ],
    [{ match: { checkot: { v2: [yes] } } }, 'host "checkot" is not one of the services'],
    [{ match: { checkout: { v3: [yes] } } }, 'subset "v3" is not defined'],
    [{ match: { checkout: { v1: [yes] } } }, '"v1" is the stable version of checkout'],
    [{ match: { checkout: { v2: [] } } }, 'a list of 1 to 100 matches'],
  ])('given as %j are refused', (stage, message) => {
    const found = problems(withStages([stage]));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^f: spec\.stages\[0\]\.match/);
    expect(found[0]).toContain(message);
  });

  it('end with the rollout', () => {
    const half = { weights: { checkout: { v1: 50, v2: 50 } } };
    expect(problems(withStages([match(yes), {}, half]))).toEqual([
      'f: spec.stages[0].match.checkout.v2: these testers would stay after the rollout, as the last stage gives v2 less ' +
        'than 100: end them there, with match: {checkout: {}}',
    ]);
    expect(problems(withStages([match(yes), {}, { ...half, match: { checkout: {} } }]))).toEqual([]);
  });
});

describe('copies in a stage', () => {
  const mirror = (percent: unknown) => ({ mirror: { checkout: { v2: percent } } });

  it('are a share of the requests', () => {
    expect(stageOf(withStages([mirror(20)]), 0)).toMatchObject(mirror(20));
  });

  it.each([
    [[mirror(0)], 'a whole number from 1 to 100'],
    [[{ mirror: { checkout: {} } }], 'copies go to one subset: name one'],
    [[{ mirror: { checkout: { v1: 5 } } }], '"v1" is the stable version of checkout'],
    [
      [{}, mirror(20)],
      'v2 has 10 % of the requests in this stage: copies are for stages in which it has none',
    ],
  ])('given as %j are refused', (stages, message) => {
    const found = problems(withStages(stages));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('are not the last thing that a rollout does', () => {
    const back = { weights: { checkout: { v1: 100 } }, ...mirror(20) };
    expect(problems(withStages([{}, {}, back])).join()).toContain('mirror in a stage before it');
  });

  it.each([
    [{ name: 'g', slowRequests: { over: '500ms' } }, 'kind slowRequests cannot judge copies'],
    [{ name: 'g', successRate: { min: 0.99 } }, 'kind successRate cannot judge copies'],
    [{ name: 'g', latency: { percentile: 99, max: '300ms' } }, 'kind latency cannot judge copies'],
    [{ name: 'g', errors: { source: 'prometheus' } }, 'errors with source: prometheus cannot judge copies'],
    [{ name: 'g', errors: { codes: ['5xx', 429] } }, 'errors with codes or statuses of its own cannot judge'],
  ])('that %j cannot see are refused', (gate, message) => {
    const metrics = { metrics: { prometheus: { address: 'http://prometheus:9090' } } };
    const found = problems(withStages([mirror(20)], { gates: [gate], ...metrics }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^f: spec\.gates\[0\]: .*stage "start" mirrors to checkout: give that stage gates/,
    );
    expect(found[0]).toContain(message);
    // Not where the gate judges other stages or hosts.
    expect(problems(withStages([{ ...mirror(20), gates: [] }], { gates: [gate], ...metrics }))).toEqual([]);
    const elsewhere = { gates: [{ ...gate, hosts: ['cart'] }], ...metrics };
    expect(problems(withStages([mirror(20)], elsewhere))).toEqual([]);
  });
});
