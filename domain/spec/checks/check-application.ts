import { bundleHosts } from '../../bundles.ts';
import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import { type Outline, present } from '../outline.ts';
import { show } from '../show.ts';

/** Hosts of a rollout are services of the application that it installs. */
export function checkApplication(outline: Outline): Finding[] {
  const bundle = outline.application?.bundle ?? '';
  if (!isBundle(bundle)) return [];
  const known = bundleHosts[bundle];
  return present(outline.services).flatMap(({ entry: { host }, index }) => {
    if (host === undefined || known.includes(host)) return [];
    const message = `host ${show(host)} is not in the bundle ${bundle}${suggestion(host, known)}; it has ${known.join(', ')}`;
    return [{ path: ['spec', 'services', index, 'host'], message }];
  });
}

function isBundle(name: string): name is keyof typeof bundleHosts {
  return Object.hasOwn(bundleHosts, name);
}
