import { useCallback, useMemo, useState } from "react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Download, ScrollText } from "lucide-react";
import { list } from "../../app/search";
import { path, url } from "../../api/client";
import { LEVELS, type LogLine } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { buttonClass } from "../../ui/Button";
import { PageHeader } from "../../ui/Card";
import { LiveToggle } from "../../ui/LiveToggle";
import { SafeText } from "../../ui/SafeText";
import { EmptyState } from "../../ui/states";
import { VirtualTable, type VirtualColumn } from "../../ui/VirtualTable";
import { oneLine, TimeCell } from "../events/cells";
import { FeedCard } from "../feed/FeedCard";
import { PAGE_SIZE, useFeed } from "../feed/useFeed";
import { AddFilter, FilterChips } from "../filters/FilterChips";
import { RangePicker } from "../filters/RangePicker";
import { SearchField } from "../filters/SearchField";
import { ToggleChips } from "../filters/ToggleChips";
import { LevelBadge } from "./LevelBadge";
import { LogDrawer } from "./LogDrawer";
import { LEVEL_COLORS, loadLogs, logKey } from "./model";
import { LOG_FIELDS, LOGS_FROM, logParams, type LogSearch } from "./search";

const GRID =
  "grid-cols-[88px_64px_minmax(0,1fr)] md:grid-cols-[92px_68px_150px_minmax(0,1fr)] lg:grid-cols-[92px_68px_150px_minmax(0,1fr)_220px]";

export function LogsPage() {
  const { t } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/logs" });
  const search = useSearch({ from: "/app/p/$project/logs" });
  const navigate = useNavigate({ from: "/p/$project/logs" });
  const [follow, setFollow] = useState(true);
  const live = follow && !search.to;

  const params = useMemo(() => logParams(search), [search]);
  const filter = JSON.stringify(params);
  const key = useMemo(() => ["project", project, "logs", filter], [project, filter]);
  const load = useCallback(
    (cursor: string | undefined, signal: AbortSignal) =>
      loadLogs(project, params, PAGE_SIZE, signal, cursor),
    [project, params],
  );
  const feed = useFeed({ key, load, idOf: logKey, live });
  const change = useCallback(
    (next: Partial<LogSearch>, replace = false) =>
      void navigate({ search: (current) => ({ ...current, ...next }), replace }),
    [navigate],
  );
  const onSearch = useCallback((q: string) => change({ q: q || undefined }, true), [change]);
  const filters = {
    fields: LOG_FIELDS.map((name) => ({ name, label: t.data.fields[name] })),
    values: search as Record<string, string | undefined>,
    onChange: (name: string, value: string | undefined) => change({ [name]: value }),
  };

  return (
    <>
      <PageHeader
        title={t.data.logsTitle}
        lead={t.data.logsLead}
        actions={
          <>
            <LiveToggle live={live} onChange={setFollow} />
            <RangePicker
              value={{ from: search.from ?? LOGS_FROM, to: search.to }}
              onChange={({ from, to }) => change({ from, to })}
            />
            <a
              className={buttonClass()}
              href={url(path`/api/projects/${project}/logs/export`, { ...params, format: "csv" })}
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
          placeholder={t.data.searchLogs}
          value={search.q ?? ""}
          onSettled={onSearch}
          className="w-full sm:w-72"
        />
        <AddFilter {...filters} />
        <ToggleChips
          label={t.data.col.level}
          options={LEVELS.map((value) => ({
            value,
            label: t.data.levels[value],
            color: LEVEL_COLORS[value],
          }))}
          value={list(search.level)}
          onChange={(levels) => change({ level: levels.join(",") || undefined })}
        />
        <FilterChips {...filters} />
      </div>
      <FeedCard
        feed={feed}
        empty={
          <EmptyState
            icon={<ScrollText size={20} />}
            title={t.data.noLogs}
            hint={t.data.noLogsHint}
          />
        }
      >
        {(footer) => (
          <VirtualTable
            label={t.data.logsTitle}
            columns={columns(t)}
            grid={GRID}
            rows={feed.items}
            rowKey={logKey}
            selected={search.log}
            onOpen={(line) => change({ log: logKey(line) })}
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
      {search.log && (
        <LogDrawer
          project={project}
          logKey={search.log}
          around={feed.items}
          onGo={(line) => change({ log: logKey(line) }, true)}
          onClose={() => change({ log: undefined })}
        />
      )}
    </>
  );
}

function columns(t: ReturnType<typeof useI18n>["t"]): VirtualColumn<LogLine>[] {
  return [
    { key: "ts", header: t.data.col.time, cell: (line) => <TimeCell ts={line.ts} /> },
    { key: "level", header: t.data.col.level, cell: (line) => <LevelBadge level={line.level} /> },
    {
      key: "device",
      header: t.data.col.device,
      cell: (line) => line.device,
      className: "max-md:hidden",
      cellClass: "font-mono text-xs text-ink-2",
    },
    {
      key: "message",
      header: t.data.col.message,
      cell: (line) => (
        <span className="font-mono text-xs">
          <SafeText text={oneLine(line.message)} />
        </span>
      ),
    },
    {
      key: "tags",
      header: t.data.col.tags,
      className: "max-lg:hidden text-right",
      cell: (line) => (
        <span className="inline-flex max-w-full gap-1 overflow-hidden">
          {line.tags.slice(0, 4).map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
      ),
    },
  ];
}
