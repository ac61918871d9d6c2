import { useCallback, useMemo, useState, type ReactNode } from "react";
import { path, url } from "../../api/client";
import type { Page } from "../../api/types";
import { PageHeader } from "../../ui/Card";
import { DownloadLink } from "../../ui/DownloadLink";
import { LiveToggle } from "../../ui/LiveToggle";
import { VirtualTable, type VirtualColumn } from "../../ui/VirtualTable";
import { AddFilter, FilterChips, type FilterField } from "../filters/FilterChips";
import { RangePicker } from "../filters/RangePicker";
import { SearchField } from "../filters/SearchField";
import { FeedCard } from "./FeedCard";
import { PAGE_SIZE, useFeed } from "./useFeed";

type Params = Record<string, string | undefined>;

interface FeedPageProps<T> {
  project: string;
  /** What the server calls the list. */
  what: "events" | "logs";
  title: string;
  lead: string;
  /** What the address says, with its beginning filled in. */
  search: Params & { from: string; to?: string | undefined; q?: string | undefined };
  /** What the server is asked for; the same object while it asks the same. */
  params: Params;
  onChange: (next: Params, replace?: boolean) => void;
  load: (
    project: string,
    params: Params,
    limit: number,
    signal: AbortSignal,
    cursor?: string,
  ) => Promise<Page<T>>;
  searchHint: string;
  fields: FilterField[];
  /** Filters that deserve more than a place among `fields`. */
  chips: ReactNode;
  empty: ReactNode;
  columns: VirtualColumn<T>[];
  /** A grid template, as Tailwind classes. */
  grid: string;
  rowKey: (row: T) => string;
  selected: string | undefined;
  onOpen: (row: T) => void;
  /** What is open beside the list, given its rows. */
  drawer: (rows: T[]) => ReactNode;
}

/** A searchable list, newest first, that follows what arrives. */
export function FeedPage<T>(props: FeedPageProps<T>) {
  const { project, what, search, params, onChange, load, rowKey } = props;
  const [follow, setFollow] = useState(true);
  const live = follow && !search.to;

  const filter = JSON.stringify(params);
  const key = useMemo(() => ["project", project, what, filter], [project, what, filter]);
  const loadPage = useCallback(
    (cursor: string | undefined, signal: AbortSignal) =>
      load(project, params, PAGE_SIZE, signal, cursor),
    [load, project, params],
  );
  const feed = useFeed({ key, load: loadPage, idOf: rowKey, live });
  const onSearch = useCallback((q: string) => onChange({ q: q || undefined }, true), [onChange]);
  const filters = {
    fields: props.fields,
    values: search,
    onChange: (name: string, value: string | undefined) => onChange({ [name]: value }),
  };

  return (
    <>
      <PageHeader
        title={props.title}
        lead={props.lead}
        actions={
          <>
            <LiveToggle live={live} onChange={setFollow} />
            <RangePicker
              value={{ from: search.from, to: search.to }}
              onChange={({ from, to }) => onChange({ from, to })}
            />
            <DownloadLink
              href={url(path`/api/projects/${project}/${what}/export`, { ...params, format: "csv" })}
            />
          </>
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField placeholder={props.searchHint} value={search.q ?? ""} onSettled={onSearch} />
        <AddFilter {...filters} />
        {props.chips}
        <FilterChips {...filters} />
      </div>
      <FeedCard feed={feed} empty={props.empty}>
        {(footer) => (
          <VirtualTable
            label={props.title}
            columns={props.columns}
            grid={props.grid}
            rows={feed.items}
            rowKey={rowKey}
            selected={props.selected}
            onOpen={props.onOpen}
            onEnd={() => {
              if (feed.history.hasNextPage && !feed.history.isFetchingNextPage) {
                void feed.history.fetchNextPage();
              }
            }}
            onTop={feed.setAtTop}
            footer={footer}
          />
        )}
      </FeedCard>
      {props.drawer(feed.items)}
    </>
  );
}
