import { useCallback, useEffect, useMemo, useState } from "react";
import { useInfiniteQuery, useQuery, useQueryClient, type QueryKey } from "@tanstack/react-query";
import type { Page } from "../../api/types";
import { fresh, mergeHead, type Pages } from "../../lib/feed";

const FOLLOW_MS = 2_000;
export const PAGE_SIZE = 100;

interface FeedOptions<T> {
  key: QueryKey;
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;
  idOf: (item: T) => string;
  /** Follow what is new. */
  live: boolean;
}

/** A newest-first list: pages downwards on demand, follows upwards while live and at its top. */
export function useFeed<T>({ key, load, idOf, live }: FeedOptions<T>) {
  const client = useQueryClient();
  const [atTop, setAtTop] = useState(true);
  const history = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    // What a filter found before is not what it finds now.
    gcTime: 0,
  });
  const head = useQuery({
    queryKey: [...key, "head"],
    queryFn: ({ signal }) => load(undefined, signal),
    enabled: live && history.isSuccess,
    refetchInterval: FOLLOW_MS,
    gcTime: 0,
  });

  const waiting = useMemo(
    () => (live && head.data ? fresh(head.data.items, history.data, idOf) : []),
    [live, head.data, history.data, idOf],
  );
  const takeIn = useCallback(() => {
    const newest = head.data;
    if (!newest) return;
    client.setQueryData<Pages<T>>(key, (known) => mergeHead(newest, known, idOf));
  }, [client, head.data, idOf, key]);

  useEffect(() => {
    if (atTop && waiting.length > 0) takeIn();
  }, [atTop, waiting, takeIn]);

  const items = useMemo(
    () => history.data?.pages.flatMap((page) => page.items) ?? [],
    [history.data],
  );
  return { items, history, waiting: atTop ? 0 : waiting.length, takeIn, setAtTop };
}
