import { useCallback, useMemo } from "react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { list } from "../../app/search";
import { LEVELS, type LogLine } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { SafeText } from "../../ui/SafeText";
import { EmptyState } from "../../ui/states";
import type { VirtualColumn } from "../../ui/VirtualTable";
import { oneLine, TimeCell } from "../events/cells";
import { FeedPage } from "../feed/FeedPage";
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
  const params = useMemo(() => logParams(search), [search]);
  const change = useCallback(
    (next: Partial<LogSearch>, replace = false) =>
      void navigate({ search: (current) => ({ ...current, ...next }), replace }),
    [navigate],
  );

  return (
    <FeedPage
      project={project}
      what="logs"
      title={t.data.logsTitle}
      lead={t.data.logsLead}
      search={{ ...search, from: search.from ?? LOGS_FROM }}
      params={params}
      onChange={change}
      load={loadLogs}
      searchHint={t.data.searchLogs}
      fields={LOG_FIELDS.map((name) => ({ name, label: t.data.fields[name] }))}
      chips={
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
      }
      empty={
        <EmptyState
          icon={<ScrollText size={20} />}
          title={t.data.noLogs}
          hint={t.data.noLogsHint}
        />
      }
      columns={columns(t)}
      grid={GRID}
      rowKey={logKey}
      selected={search.log}
      onOpen={(line) => change({ log: logKey(line) })}
      drawer={(rows) =>
        search.log && (
          <LogDrawer
            project={project}
            logKey={search.log}
            around={rows}
            onGo={(line) => change({ log: logKey(line) }, true)}
            onClose={() => change({ log: undefined })}
          />
        )
      }
    />
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
