import { useCallback, useMemo, useState } from "react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Activity, Download } from "lucide-react";
import { list } from "../../app/search";
import { path, url } from "../../api/client";
import { KINDS, type TelemetryEvent } from "../../api/types";
import { useI18n } from "../../i18n";
import { buttonClass } from "../../ui/Button";
import { PageHeader } from "../../ui/Card";
import { LiveToggle } from "../../ui/LiveToggle";
import { EmptyState } from "../../ui/states";
import { VirtualTable, type VirtualColumn } from "../../ui/VirtualTable";
import { FeedCard } from "../feed/FeedCard";
import { PAGE_SIZE, useFeed } from "../feed/useFeed";
import { AddFilter, FilterChips } from "../filters/FilterChips";
import { RangePicker } from "../filters/RangePicker";
import { SearchField } from "../filters/SearchField";
import { ToggleChips } from "../filters/ToggleChips";
import { KindCell, ResultCell, TimeCell, WhatCell } from "./cells";
import { EventDrawer } from "./EventDrawer";
import { eventKey, kindColor, loadEvents } from "./model";
import { EVENT_FIELDS, eventParams, EVENTS_FROM, type EventSearch } from "./search";

const GRID =
  "grid-cols-[88px_14px_minmax(0,1fr)_auto] sm:grid-cols-[92px_112px_minmax(0,1fr)_150px] lg:grid-cols-[92px_112px_minmax(0,2.2fr)_minmax(0,1fr)_120px_170px]";

export function EventsPage() {
  const { t } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/events" });
  const search = useSearch({ from: "/app/p/$project/events" });
  const navigate = useNavigate({ from: "/p/$project/events" });
  const [follow, setFollow] = useState(true);
  const live = follow && !search.to;

  const params = useMemo(() => eventParams(search), [search]);
  const filter = JSON.stringify(params);
  const key = useMemo(() => ["project", project, "events", filter], [project, filter]);
  const load = useCallback(
    (cursor: string | undefined, signal: AbortSignal) =>
      loadEvents(project, params, PAGE_SIZE, signal, cursor),
    [project, params],
  );
  const feed = useFeed({ key, load, idOf: eventKey, live });
  const change = useCallback(
    (next: Partial<EventSearch>, replace = false) =>
      void navigate({ search: (current) => ({ ...current, ...next }), replace }),
    [navigate],
  );
  const onSearch = useCallback((q: string) => change({ q: q || undefined }, true), [change]);
  const fields = EVENT_FIELDS.map((name) => ({ name, label: t.data.fields[name] }));
  const filters = {
    fields,
    values: search as Record<string, string | undefined>,
    onChange: (name: string, value: string | undefined) => change({ [name]: value }),
  };

  return (
    <>
      <PageHeader
        title={t.data.eventsTitle}
        lead={t.data.eventsLead}
        actions={
          <>
            <LiveToggle live={live} onChange={setFollow} />
            <RangePicker
              value={{ from: search.from ?? EVENTS_FROM, to: search.to }}
              onChange={({ from, to }) => change({ from, to })}
            />
            <a
              className={buttonClass()}
              href={url(path`/api/projects/${project}/events/export`, { ...params, format: "csv" })}
              download
            >
              <Download aria-hidden size={15} className="text-ink-3" />
              {t.action.download}
            </a>
          </>
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField
          label={t.data.search}
          placeholder={t.data.searchEvents}
          value={search.q ?? ""}
          onSettled={onSearch}
          className="w-full sm:w-72"
        />
        <AddFilter {...filters} />
        <ToggleChips
          label={t.data.col.kind}
          options={KINDS.map((value) => ({
            value,
            label: t.data.kinds[value],
            color: kindColor(value),
          }))}
          value={list(search.kind)}
          onChange={(kinds) => change({ kind: kinds.join(",") || undefined })}
        />
        <FilterChips {...filters} />
      </div>
      <FeedCard
        feed={feed}
        empty={
          <EmptyState
            icon={<Activity size={20} />}
            title={t.data.noEvents}
            hint={t.data.noEventsHint}
          />
        }
      >
        {(footer) => (
          <VirtualTable
            label={t.data.eventsTitle}
            columns={columns(t)}
            grid={GRID}
            rows={feed.items}
            rowKey={eventKey}
            selected={search.event}
            onOpen={(event) => change({ event: eventKey(event) })}
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
      {search.event && (
        <EventDrawer
          key="drawer"
          project={project}
          eventKey={search.event}
          around={feed.items}
          onGo={(event) => change({ event: eventKey(event) }, true)}
          onClose={() => change({ event: undefined })}
        />
      )}
    </>
  );
}

function columns(t: ReturnType<typeof useI18n>["t"]): VirtualColumn<TelemetryEvent>[] {
  return [
    { key: "ts", header: t.data.col.time, cell: (event) => <TimeCell ts={event.ts} /> },
    {
      key: "kind",
      header: t.data.col.kind,
      headerClass: "max-sm:sr-only",
      cell: (event) => <KindCell event={event} />,
    },
    { key: "what", header: t.data.col.what, cell: (event) => <WhatCell event={event} /> },
    {
      key: "path",
      header: t.data.col.where,
      cell: (event) => (event.kind === "page" ? "" : event.path),
      className: "max-lg:hidden",
      cellClass: "text-xs text-ink-3",
    },
    {
      key: "who",
      header: t.data.col.who,
      cell: (event) => event.user || event.session,
      className: "max-lg:hidden",
      cellClass: "font-mono text-xs text-ink-3",
    },
    {
      key: "result",
      header: t.data.col.result,
      cell: (event) => <ResultCell event={event} />,
      className: "text-right",
    },
  ];
}
