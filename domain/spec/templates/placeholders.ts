/** Places for arguments in the gate of a template: `{{args.name}}` in any text. */
import { maxTemplateDepth } from '../../defaults.ts';

const anywhere = /\{\{\s*args\.([^{}]*)\}\}/g;
const alone = /^\{\{\s*args\.([^{}]*)\}\}$/;

const here = /\{\{\s*args\.([^{}]*)\}\}/y;

/** The argument that has its place at an offset of a text, and where that ends; null for none. */
export function placeOfArgument(text: string, at: number): { name: string; end: number } | null {
  if (text[at] !== '{') return null;
  here.lastIndex = at;
  const [place, name] = here.exec(text) ?? [];
  return place === undefined || name === undefined ? null : { name: name.trim(), end: at + place.length };
}

/** Whether a text is just one place for an argument, which then stands for all of it. */
export function isOnePlace(text: string): boolean {
  return alone.test(text);
}

/** A text somewhere in a value, with the arguments that it has places for. */
export interface Placed {
  readonly path: readonly PropertyKey[];
  readonly args: readonly string[];
  /** Whether the text is just the one place, so that the argument may be any value. */
  readonly alone: boolean;
}

/** Whether a value nests deeper than a gate ever does, or without end. */
export function nestsTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= maxTemplateDepth || Object.values(value).some((inner) => nestsTooDeep(inner, depth + 1));
}

/** Every text with places for arguments. */
export function findPlaces(value: unknown, path: readonly PropertyKey[] = []): Placed[] {
  if (typeof value === 'string') {
    const args = [...value.matchAll(anywhere)].map(([, name = '']) => name.trim());
    return args.length === 0 ? [] : [{ path, args, alone: isOnePlace(value) }];
  }
  if (Array.isArray(value)) return value.flatMap((inner, index) => findPlaces(inner, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => findPlaces(inner, [...path, key]));
}

/** A copy with arguments in their places; a text that is just one place takes the argument as it is. */
export function fillPlaces(value: unknown, args: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string') return fillText(value, args);
  if (Array.isArray(value)) return value.map((inner) => fillPlaces(inner, args));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillPlaces(inner, args)]));
}

function fillText(text: string, args: Readonly<Record<string, unknown>>): unknown {
  const whole = alone.exec(text)?.[1]?.trim();
  if (whole !== undefined) return args[whole];
  return text.replace(anywhere, (_, name: string) => String(args[name.trim()]));
}
