import type { Finding } from '../issues.ts';
import type { Outline } from '../outline.ts';

/** Whoever starts a rollout has read the files: a worker has other ones, or none. */
export function checkTemplateFiles({ templatesFrom = [] }: Outline): Finding[] {
  if (templatesFrom.length === 0) return [];
  const reader = '`sluice start` reads the files and puts their templates into gateTemplates';
  const message = `${reader}: a workflow that is started in another way must be given them there`;
  return [{ path: ['spec', 'templatesFrom'], message }];
}
