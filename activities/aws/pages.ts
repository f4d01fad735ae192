/**
 * Everything that a paginated answer of AWS has.
 * @param pages as the SDK's paginators give them
 * @param items what of a page is wanted
 */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...items(page));
  return all;
}
