import { notify } from './notify.ts';

export type { Notified, NotifyInput } from './notify.ts';

/** Activities that tell people. */
export function createNotifyActivities() {
  return { notify };
}
