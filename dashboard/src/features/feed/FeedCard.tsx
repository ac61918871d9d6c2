import type { ReactNode } from "react";
import { ArrowUp } from "lucide-react";
import { useI18n } from "../../i18n";
import { Spinner } from "../../ui/Spinner";
import { ErrorState, SkeletonRows } from "../../ui/states";
import type { useFeed } from "./useFeed";

interface FeedCardProps<T> {
  feed: ReturnType<typeof useFeed<T>>;
  empty: ReactNode;
  /** The table, given what stands below its last row. */
  children: (footer: ReactNode) => ReactNode;
}

/** The frame of a newest-first list: its four states, and the pill that tells of news above. */
export function FeedCard<T>({ feed, empty, children }: FeedCardProps<T>) {
  const { t, fmt } = useI18n();
  const { history } = feed;
  return (
    <div className="relative overflow-hidden rounded-xl border border-line bg-surface shadow-card">
      {history.isPending && <SkeletonRows rows={10} />}
      {history.isError && (
        <ErrorState error={history.error} onRetry={() => void history.refetch()} />
      )}
      {history.isSuccess && feed.items.length === 0 && empty}
      {history.isSuccess && feed.items.length > 0 && (
        <>
          {children(<FeedEnd feed={feed} />)}
          <div aria-live="polite" className="absolute inset-x-0 top-11 z-10 flex justify-center">
            {feed.waiting > 0 && (
              <button
                type="button"
                onClick={feed.takeIn}
                className="pop-in flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-xs font-medium text-on-accent shadow-float"
              >
                <ArrowUp size={13} />
                {t.data.newItems(
                  feed.waiting >= 100 ? `${fmt.number(feed.waiting)}+` : fmt.number(feed.waiting),
                )}
              </button>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function FeedEnd<T>({ feed }: { feed: ReturnType<typeof useFeed<T>> }) {
  const { t } = useI18n();
  const { history } = feed;
  return (
    <div className="flex h-11 items-center justify-center gap-2 text-xs text-ink-3">
      {history.isFetchingNextPage ? (
        <>
          <Spinner /> {t.state.loading}
        </>
      ) : history.hasNextPage ? (
        <button
          type="button"
          className="text-accent hover:underline"
          onClick={() => void history.fetchNextPage()}
        >
          {t.action.more}
        </button>
      ) : (
        t.table.end
      )}
    </div>
  );
}
