import type { Finding } from '../issues.ts';
import { type Outline, present } from '../outline.ts';

/** Names that must be there once: hosts, subsets of a host, stages, gates of a list. */
export function checkDuplicates(outline: Outline): Finding[] {
  const services = present(outline.services);
  const stages = present(outline.stages);
  return [
    ...repeated('host', ['spec', 'services'], outline.services, 'host'),
    ...services.flatMap(({ entry, index }) =>
      repeated('subset', ['spec', 'services', index, 'subsets'], entry.subsets, 'name'),
    ),
    ...repeated('stage', ['spec', 'stages'], outline.stages, 'name'),
    ...repeated('gate', ['spec', 'gates'], outline.gates, 'name'),
    ...stages.flatMap(({ entry, index }) =>
      repeated('gate', ['spec', 'stages', index, 'gates'], entry.gates, 'name'),
    ),
  ];
}

function repeated<Field extends string>(
  what: string,
  path: readonly PropertyKey[],
  entries: readonly (Partial<Record<Field, string | undefined>> | undefined)[] | undefined,
  field: Field,
): Finding[] {
  const names = (entries ?? []).map((entry) => entry?.[field]);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    const message = `${what} ${JSON.stringify(name)} is there twice, first as entry ${first + 1}: each needs a name of its own`;
    return [{ path: [...path, index, field], message }];
  });
}
