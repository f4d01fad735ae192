import { bookinfo } from './bookinfo.ts';
import { command } from './command.ts';
import { pilot } from './pilot.ts';
import type { Program } from './program.ts';
import { prometheus } from './prometheus.ts';
import { proxy } from './proxy.ts';
import { standIn } from './stand-in.ts';

/** Every image the lab can run. */
const programs: readonly Program[] = [bookinfo, pilot, proxy, prometheus, standIn, command];

/** Program for an image: the given ones first, then the lab's own; `undefined` when nobody knows the image. */
export function findProgram(image: string, first: readonly Program[] = []): Program | undefined {
  return [...first, ...programs].find((program) => program.matches(image));
}

/** Says what a person can do about an image the lab does not know. */
export function unknownImage(image: string): string {
  const known = programs.map(({ name }) => name).join(', ');
  return `the lab has no program for image '${image}': it runs processes, not images; it knows ${known}`;
}
