import { lazy, Suspense, useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { ChartColumn, Table2 } from "lucide-react";
import { api, path } from "../../api/client";
import { KINDS, type QueryResult } from "../../api/types";
import { useI18n } from "../../i18n";
import { cx } from "../../lib/cx";
import { Dot } from "../../ui/Badge";
import { IconButton } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { chartOption, kindLabel } from "./chartOption";
import { MinuteTable } from "./MinuteTable";
import { peak, perMinuteRequest, toSeries, type Series } from "./perMinute";

const Chart = lazy(() => import("../../ui/chart/Chart"));
const POLL_MS = 5_000;

interface PerMinuteCardProps {
  project: string;
  live: boolean;
  className?: string;
}

export function PerMinuteCard({ project, live, className }: PerMinuteCardProps) {
  const { t } = useI18n();
  const [asTable, setAsTable] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["project", project, "perMinute"],
    queryFn: async () =>
      toSeries(
        await api.post<QueryResult>(
          path`/api/projects/${project}/query`,
          perMinuteRequest(Date.now()),
        ),
        KINDS,
      ),
    refetchInterval: live ? POLL_MS : false,
  });

  return (
    <Card
      title={t.data.perMinute}
      lead={t.data.perMinuteLead}
      className={cx("flex flex-col", className)}
      actions={
        <IconButton
          label={asTable ? t.data.asChart : t.data.asTable}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <ChartColumn size={16} /> : <Table2 size={16} />}
        </IconButton>
      }
    >
      {data && data.total > 0 ? (
        asTable ? (
          <MinuteTable series={data} />
        ) : (
          <Bars series={data} />
        )
      ) : data ? (
        <EmptyState
          icon={<ChartColumn size={20} />}
          title={t.data.chartEmpty}
          hint={t.data.chartEmptyHint}
        />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : (
        <Skeleton className="h-64" />
      )}
    </Card>
  );
}

function Bars({ series }: { series: Series }) {
  const { t, fmt } = useI18n();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const option = useMemo(
    () => chartOption(series, hidden, fmt, t),
    [series, hidden, fmt, t],
  );
  const busiest = peak(series);
  return (
    <>
      <Suspense fallback={<Skeleton className="h-60" />}>
        <Chart
          className="h-60 w-full"
          label={t.data.chartSummary(
            fmt.number(series.total),
            fmt.number(busiest.count),
            fmt.minute(busiest.at),
          )}
          option={option}
        />
      </Suspense>
      <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1.5">
        {series.kinds.map(({ kind, counts }) => (
          <li key={kind}>
            <button
              type="button"
              aria-pressed={!hidden.has(kind)}
              onClick={() => {
                const next = new Set(hidden);
                if (!next.delete(kind)) next.add(kind);
                setHidden(next);
              }}
              className={cx(
                "flex items-center gap-1.5 rounded text-xs text-ink-2 hover:text-ink",
                hidden.has(kind) && "line-through opacity-45",
              )}
            >
              <Dot color={`--c-${kind}`} />
              {kindLabel(kind, t)}
              <span className="text-ink-3">
                {fmt.compact(counts.reduce((sum, count) => sum + count, 0))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
