import type { AnswerCounter, CounterSource, Increase, SubsetEndpoints } from './counter.ts';

/**
 * Gives failures without a version to the subset whose endpoints explain them: no healthy one (UH), or the only circuit breaker
 * with a limit, or at its limit (UO). Asks the proxies that counted such failures, and only then. What several
 * subsets explain, or none, stays without one.
 */
export async function attributeFailures(
  increases: readonly Increase[],
  { endpoints }: Pick<CounterSource, 'endpoints'>,
): Promise<readonly Increase[]> {
  const open = increases.filter(isExplainable);
  if (endpoints === undefined || open.length === 0) return increases;
  const seen = await endpoints([...new Set(open.map(({ proxy }) => proxy))]);
  return increases.map((increase) =>
    isExplainable(increase)
      ? { ...increase, subset: culprit(increase, seen.get(increase.proxy) ?? []) }
      : increase,
  );
}

type Explanation = (subset: SubsetEndpoints) => boolean;

/**
 * By Envoy's response flag, what the endpoints of the called subset must look like: the first that just one subset fits
 * decides. A circuit breaker may be below its limit again when it is asked; which of them have a limit stays.
 */
const explanations: Readonly<Record<string, readonly Explanation[]>> = {
  UH: [({ healthy }) => healthy === 0],
  UO: [({ isLimited }) => isLimited, ({ isSaturated }) => isSaturated],
};

function isExplainable(increase: Increase): increase is Increase & AnswerCounter {
  return increase.kind === 'answers' && increase.subset === null && explanationsOf(increase) !== undefined;
}

function explanationsOf({ answer }: AnswerCounter): readonly Explanation[] | undefined {
  const flag = answer.flags.find((one) => Object.hasOwn(explanations, one));
  return flag === undefined ? undefined : explanations[flag];
}

function culprit(increase: Increase & AnswerCounter, subsets: readonly SubsetEndpoints[]): string | null {
  const called = subsets.filter(({ host }) => host === increase.host);
  for (const explains of explanationsOf(increase) ?? []) {
    // A subset of a service with several ports has endpoints for each.
    const [first, ...others] = new Set(called.filter(explains).map(({ subset }) => subset));
    if (first !== undefined && others.length === 0) return first;
  }
  return null;
}
