import { useCallback, useMemo } from "react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Activity } from "lucide-react";
import { list } from "../../app/search";
import { KINDS, type TelemetryEvent } from "../../api/types";
import { useI18n } from "../../i18n";
import { EmptyState } from "../../ui/states";
import type { VirtualColumn } from "../../ui/VirtualTable";
import { FeedPage } from "../feed/FeedPage";
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
  const params = useMemo(() => eventParams(search), [search]);
  const change = useCallback(
    (next: Partial<EventSearch>, replace = false) =>
      void navigate({ search: (current) => ({ ...current, ...next }), replace }),
    [navigate],
  );

  return (
    <FeedPage
      project={project}
      what="events"
      title={t.data.eventsTitle}
      lead={t.data.eventsLead}
      search={{ ...search, from: search.from ?? EVENTS_FROM }}
      params={params}
      onChange={change}
      load={loadEvents}
      searchHint={t.data.searchEvents}
      fields={EVENT_FIELDS.map((name) => ({ name, label: t.data.fields[name] }))}
      chips={
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
      }
      empty={
        <EmptyState
          icon={<Activity size={20} />}
          title={t.data.noEvents}
          hint={t.data.noEventsHint}
        />
      }
      columns={columns(t)}
      grid={GRID}
      rowKey={eventKey}
      selected={search.event}
      onOpen={(event) => change({ event: eventKey(event) })}
      drawer={(rows) =>
        search.event && (
          <EventDrawer
            project={project}
            eventKey={search.event}
            around={rows}
            onGo={(event) => change({ event: eventKey(event) }, true)}
            onClose={() => change({ event: undefined })}
          />
        )
      }
    />
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
