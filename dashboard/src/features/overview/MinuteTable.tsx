import { useI18n } from "../../i18n";
import { Table } from "../../ui/Table";
import { kindLabel } from "./chartOption";
import type { Series } from "./perMinute";

/** The chart's figures to read, newest minute first. */
export function MinuteTable({ series }: { series: Series }) {
  const { t, fmt } = useI18n();
  const rows = series.minutes.map((minute, index) => ({ minute, index })).reverse();
  return (
    // It scrolls, so that the keyboard must be able to reach it.
    <div
      role="region"
      aria-label={t.data.perMinute}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="-mx-4 max-h-72 overflow-y-auto sm:-mx-5"
    >
      <Table
        label={t.data.perMinute}
        scroll="max-h-72"
        rows={rows}
        rowKey={(row) => String(row.minute)}
        columns={[
          { key: "minute", header: t.data.minute, cell: (row) => fmt.minute(row.minute) },
          {
            key: "total",
            header: t.data.total,
            numeric: true,
            className: "font-medium",
            cell: (row) => fmt.number(series.totals[row.index] ?? 0),
          },
          ...series.kinds.map(({ kind, counts }) => ({
            key: kind,
            header: kindLabel(kind, t),
            numeric: true,
            className: "text-ink-2",
            cell: (row: { index: number }) => fmt.number(counts[row.index] ?? 0),
          })),
        ]}
      />
    </div>
  );
}
