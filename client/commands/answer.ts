import type { Context } from '../context.ts';
import type { GlobalOptions } from '../options.ts';

/** Prints a command's answer: one JSON document, or text for a person. */
export function answer(context: Context, { output }: GlobalOptions, value: unknown, text: string): void {
  context.print(output === 'json' ? JSON.stringify(value, null, 2) : text);
}
