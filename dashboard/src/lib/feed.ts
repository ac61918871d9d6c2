/** Newest-first lists that grow at their top while older pages are read at their end. */
export interface Pages<T> {
  pages: { items: T[]; nextCursor?: string | null }[];
  pageParams: unknown[];
}

/** Kept at most while following live; beyond, the list starts over from its newest page. */
export const MOST_KEPT = 2_000;

/** Items of `head` that the list does not know yet, newest first. */
export function fresh<T>(head: T[], known: Pages<T> | undefined, idOf: (item: T) => string): T[] {
  if (!known) return [];
  const ids = new Set(known.pages.flatMap((page) => page.items.map(idOf)));
  return head.filter((item) => !ids.has(idOf(item)));
}

/**
 * Puts the newest items on top. When nothing of `head` is known, more may have arrived than it
 * holds; a list with a hole would lie, so it starts over.
 */
export function mergeHead<T>(
  head: { items: T[]; nextCursor?: string | null },
  known: Pages<T> | undefined,
  idOf: (item: T) => string,
): Pages<T> {
  const restart = { pages: [head], pageParams: [undefined] };
  const [first, ...rest] = known?.pages ?? [];
  if (!known || !first) return restart;
  const news = fresh(head.items, known, idOf);
  if (news.length === 0) return known;
  const count = known.pages.reduce((sum, page) => sum + page.items.length, 0);
  const gap = news.length === head.items.length && Boolean(head.nextCursor);
  if (gap || count + news.length > MOST_KEPT) return restart;
  return {
    ...known,
    pages: [{ ...first, items: [...news, ...first.items] }, ...rest],
  };
}
