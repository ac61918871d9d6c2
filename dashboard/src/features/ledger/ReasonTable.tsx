import { useI18n } from "../../i18n";
import { Badge, Dot } from "../../ui/Badge";
import { Table } from "../../ui/Table";
import type { ReasonRow } from "./arithmetic";

export function ReasonTable({ rows, received }: { rows: ReasonRow[]; received: number }) {
  const { t, fmt } = useI18n();
  return (
    <Table
      label={t.ledger.byReason}
      rows={rows}
      rowKey={(row) => `${row.outcome}/${row.reason}/${row.source}`}
      columns={[
        {
          key: "reason",
          header: t.ledger.reason,
          cell: (row) => (
            <span className="flex flex-col gap-0.5 py-0.5">
              <span>{t.ledger.reasons[row.reason] ?? row.reason}</span>
              <span className="flex items-center gap-1.5 text-xs text-ink-3">
                <Dot color={`--o-${row.outcome}`} />
                {t.ledger.outcomes[row.outcome]}
              </span>
            </span>
          ),
        },
        { key: "source", header: t.ledger.source, cell: (row) => <Badge>{row.source}</Badge> },
        {
          key: "count",
          header: t.ledger.count,
          numeric: true,
          className: "font-medium",
          cell: (row) => fmt.number(row.count),
        },
        {
          key: "share",
          header: t.ledger.share,
          numeric: true,
          className: "text-ink-3",
          cell: (row) => fmt.percent(received > 0 ? row.count / received : 0),
        },
      ]}
    />
  );
}
