import type { Finding } from '../issues.ts';
import type { Outline } from '../outline.ts';
import { fileSources } from '../schema/application.ts';

/** Whoever starts a rollout has read the files and run the tools: a worker has other ones, or none. */
export function checkApplicationFiles({ application = {} }: Outline): Finding[] {
  return fileSources
    .filter((field) => application[field] !== undefined)
    .map((field) => {
      const reader = '`sluice start` reads it and puts what it gives into application.objects';
      const message = `${reader}: a workflow that is started in another way must be given objects there`;
      return { path: ['spec', 'application', field], message };
    });
}
