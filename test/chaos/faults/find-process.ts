/** The process that a fault is about, as it runs now. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recordName } from '../../../lab/node/pods/container-setup.ts';
import { isAlive, type ProcessRecord } from '../../../lab/process/identity.ts';
import { readRecords } from '../../../lab/process/record-file.ts';
import { readState } from '../../../lab/temporal/state.ts';
import type { PlannedFault, Victim } from '../plan/plan.ts';
import type { Stand } from '../stand/stand.ts';

type Finder = (stand: Stand, fault: PlannedFault) => Promise<ProcessRecord | undefined>;

/** Throws when nothing runs that the fault could be about. */
export async function findProcess(stand: Stand, fault: PlannedFault): Promise<ProcessRecord> {
  const found = await findAlive(stand, fault);
  if (found === undefined) throw new Error(`${fault.workload ?? fault.victim} does not run`);
  return found;
}

/** Undefined while nobody has started it again. */
export async function findAlive(stand: Stand, fault: PlannedFault): Promise<ProcessRecord | undefined> {
  const found = await finders[fault.victim](stand, fault);
  return found !== undefined && isAlive(found) ? found : undefined;
}

const part =
  (name: string): Finder =>
  async ({ paths }) =>
    (await readRecords(paths.processes)).filter(isAlive).find((record) => record.name === name);

/** Containers are recorded as `namespace/pod/container`. */
const container =
  (pattern: (fault: PlannedFault) => RegExp): Finder =>
  async ({ paths }, fault) => {
    const pods = await readdir(paths.pods).catch(() => []);
    const lists = await Promise.all(pods.map((pod) => readRecords(join(paths.pods, pod, recordName))));
    return lists
      .flat()
      .filter(isAlive)
      .find(({ name }) => pattern(fault).test(name));
  };

const finders: Readonly<Record<Victim, Finder>> = {
  worker: ({ worker }) => worker.process(),
  temporal: async ({ paths }) => (await readState(paths.root))?.process ?? undefined,
  'kube-apiserver': part('kube-apiserver'),
  etcd: part('etcd'),
  prometheus: part('prometheus'),
  istiod: container(() => /^istio-system\/istiod-[^/]+\/discovery$/),
  ingress: container(() => /^istio-system\/istio-ingressgateway-[^/]+\/istio-proxy$/),
  sidecar: container(() => /^default\/productpage-v1-[^/]+\/istio-proxy$/),
  pod: container(({ workload = '' }) => new RegExp(`^default/${workload}-[^/]+/(?!istio-proxy$)[^/]+$`)),
};
