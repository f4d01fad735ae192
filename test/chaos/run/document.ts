/** The rollout that every run is: the example, with short holds. */
import { type Changes, changedCopy } from '../../e2e/fixtures/rollout.ts';
import { hold, type Plan, stages } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';

/** One counts in the proxies, and one needs Prometheus. How slow a busy machine is says nothing about a version. */
const gates = [
  { name: 'errors', errors: {} },
  {
    name: 'success-rate',
    successRate: { min: 0.9 },
    interval: '1s',
    window: '3s',
    // At 10 % of the load there are a dozen in a window.
    minRequests: 3,
  },
];

/** Writes the document, and answers its path. */
export async function writeDocument(stand: Stand, { onFailure }: Plan): Promise<string> {
  const holds = stages.map((_, stage) => [['spec', 'stages', stage, 'hold'], `${hold}ms`] as const);
  const changes: Changes = [
    [['spec', 'cluster', 'name'], stand.name],
    [['spec', 'gates'], gates],
    // All traffic is on what was there before: nobody is judged.
    [['spec', 'stages', 0, 'gates'], []],
    [['spec', 'onFailure'], onFailure],
    ...holds,
  ];
  return await changedCopy(stand, 'examples/bookinfo-lab.yaml', changes);
}
