import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { LogLine, Page, TelemetryEvent } from "../../api/types";
import { useI18n } from "../../i18n";
import { Card } from "../../ui/Card";
import { SafeText } from "../../ui/SafeText";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/states";
import { KindCell, oneLine, ResultCell, TimeCell, WhatCell } from "../events/cells";
import { eventKey, loadEvents } from "../events/model";
import { LevelBadge } from "../logs/LevelBadge";
import { loadLogs, logKey } from "../logs/model";

const POLL_MS = 2_000;
const SHOWN = 9;

interface NewestProps {
  project: string;
  live: boolean;
}

const row =
  "flex h-9 items-center gap-3 px-4 text-[13px] hover:bg-sunken/70 focus-visible:outline-offset-[-2px] sm:px-5";
const more = "text-xs font-medium text-accent hover:underline";

export function NewestEvents({ project, live }: NewestProps) {
  const { t } = useI18n();
  return (
    <EventList
      project={project}
      live={live}
      title={t.data.newestEvents}
      empty={t.data.noEvents}
      kind={undefined}
    />
  );
}

export function NewestErrors({ project, live }: NewestProps) {
  const { t } = useI18n();
  return (
    <EventList
      project={project}
      live={live}
      title={t.data.newestErrors}
      empty={t.data.noErrors}
      kind="error"
    />
  );
}

interface EventListProps extends NewestProps {
  title: string;
  empty: string;
  kind: "error" | undefined;
}

function EventList({ project, live, title, empty, kind }: EventListProps) {
  const { t } = useI18n();
  const newest = useQuery({
    queryKey: ["project", project, "newest", kind ?? "events"],
    queryFn: ({ signal }) => loadEvents(project, { from: "-24h", kind }, SHOWN, signal),
    refetchInterval: live ? POLL_MS : false,
  });
  return (
    <Card
      title={title}
      flush
      actions={
        <Link to="/p/$project/events" params={{ project }} search={{ kind }} className={more}>
          {t.data.viewAll}
        </Link>
      }
    >
      <Body query={newest} empty={empty}>
        {(event: TelemetryEvent) => (
          <li key={eventKey(event)} className="border-b border-line/70 last:border-0">
            <Link
              to="/p/$project/events"
              params={{ project }}
              search={{ kind, event: eventKey(event) }}
              className={row}
            >
              <TimeCell ts={event.ts} />
              {!kind && (
                <span className="shrink-0 sm:w-24">
                  <KindCell event={event} />
                </span>
              )}
              <span className="min-w-0 grow">
                <WhatCell event={event} />
              </span>
              <span className="shrink-0">
                <ResultCell event={event} />
              </span>
            </Link>
          </li>
        )}
      </Body>
    </Card>
  );
}

export function NewestLogs({ project, live }: NewestProps) {
  const { t } = useI18n();
  const newest = useQuery({
    queryKey: ["project", project, "newest", "logs"],
    queryFn: ({ signal }) => loadLogs(project, { from: "-24h" }, SHOWN, signal),
    refetchInterval: live ? POLL_MS : false,
  });
  return (
    <Card
      title={t.data.newestLogs}
      flush
      actions={
        <Link to="/p/$project/logs" params={{ project }} className={more}>
          {t.data.viewAll}
        </Link>
      }
    >
      <Body query={newest} empty={t.data.noLogs}>
        {(line: LogLine) => (
          <li key={logKey(line)} className="border-b border-line/70 last:border-0">
            <Link
              to="/p/$project/logs"
              params={{ project }}
              search={{ log: logKey(line) }}
              className={row}
            >
              <TimeCell ts={line.ts} />
              <span className="w-13 shrink-0">
                <LevelBadge level={line.level} />
              </span>
              <span className="min-w-0 grow truncate font-mono text-xs">
                <SafeText text={oneLine(line.message)} />
              </span>
            </Link>
          </li>
        )}
      </Body>
    </Card>
  );
}

interface BodyProps<T> {
  query: { data: Page<T> | undefined; error: Error | null; refetch: () => unknown };
  empty: string;
  children: (item: T) => ReactNode;
}

function Body<T>({ query, empty, children }: BodyProps<T>) {
  if (query.data && query.data.items.length > 0) {
    return <ul>{query.data.items.map(children)}</ul>;
  }
  if (query.data) return <EmptyState compact title={empty} />;
  if (query.error) {
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <SkeletonRows rows={5} />;
}
