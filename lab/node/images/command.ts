import { expand } from '../pods/environment.ts';
import { imageName, type ContainerContext, type Program } from './program.ts';

/** Programs that stand for what an image brings, and what it runs when it is told nothing. */
const images: Readonly<Record<string, { programs: Readonly<Record<string, string>>; first: string }>> = {
  busybox: { programs: {}, first: 'sh' },
  node: { programs: { node: process.execPath }, first: 'node' },
};

/** Small images for Jobs: they run the command they are given, with the programs of this machine. */
export const command: Program = {
  name: Object.keys(images).join(', '),
  matches: (image) => Object.hasOwn(images, imageName(image)),
  role: 'task',
  command: (context) => {
    const { programs = {}, first = 'sh' } = images[imageName(context.container.image ?? '')] ?? {};
    const [file = first, ...args] = wordsOf(context);
    return { file: programs[file] ?? file, args, env: {} };
  },
};

function wordsOf({ container, env }: ContainerContext): string[] {
  return [...(container.command ?? []), ...(container.args ?? [])].map((word) => expand(word, env));
}
