/** Activities as workflows call them: one proxy a class of timeouts and retries (retries.ts). */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import {
  evidenceOptions,
  longOptions,
  mutateOptions,
  noticeOptions,
  quickOptions,
  readOptions,
  removeOptions,
  restoreOptions,
  watchOptions,
} from './retries.ts';

export const quick =
  proxyLocalActivities<
    Pick<
      Activities,
      | 'resolveSpec'
      | 'checkTeardown'
      | 'labelNamespace'
      | 'claimTargets'
      | 'lockTargets'
      | 'releaseTargets'
      | 'applyGateway'
      | 'checkGates'
      | 'notify'
    >
  >(quickOptions);

export const read =
  proxyActivities<
    Pick<
      Activities,
      | 'planCluster'
      | 'planMeshRemoval'
      | 'awaitCluster'
      | 'verifyMesh'
      | 'awaitAddons'
      | 'awaitApplication'
      | 'checkFromPod'
      | 'checkFromOutside'
    >
  >(readOptions);

export const mutate =
  proxyActivities<
    Pick<Activities, 'applyAddons' | 'applyApplication' | 'applyPreviews' | 'applySubsets' | 'shiftTraffic'>
  >(mutateOptions);

export const long = proxyActivities<Pick<Activities, 'ensureCluster' | 'installMesh'>>(longOptions);

export const watch = proxyActivities<Pick<Activities, 'watchStage'>>(watchOptions);

/** One event, and no wait worth telling at the end of a run. */
export const evidence = proxyLocalActivities<Pick<Activities, 'lastEvidence'>>(evidenceOptions);

export const restore = proxyActivities<Pick<Activities, 'shiftTraffic'>>(restoreOptions);

export const remove =
  proxyActivities<
    Pick<
      Activities,
      | 'removeObjects'
      | 'removeAddons'
      | 'abandonApplication'
      | 'abandonGateway'
      | 'abandonAddons'
      | 'abandonMesh'
      | 'removeRoutes'
      | 'removeSubsets'
      | 'unlabelNamespace'
      | 'uninstallMesh'
      | 'abandonCluster'
      | 'deleteCluster'
    >
  >(removeOptions);

export const notice = proxyActivities<Pick<Activities, 'notify'>>(noticeOptions);

/** What an activity answers. */
export type Answer<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>;

/** An activity of any class: called with the words that the Web UI shows for it. */
export interface Step<Args, Result> {
  executeWithOptions(options: { readonly summary?: string }, args: [Args]): Promise<Result>;
}
