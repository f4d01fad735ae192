/**
 * Another module of Sluice, from where one is: TypeScript in a checkout, JavaScript in the package, which has none.
 * @param from `import.meta.url` of the module that asks
 * @param script path relative to it, with the ending `.ts`
 */
export function beside(from: string, script: string): URL {
  const ending = from.slice(from.lastIndexOf('.'));
  return new URL(script.replace(/\.ts$/, ending), from);
}
