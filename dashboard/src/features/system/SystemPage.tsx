import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { system } from "../../api/queries";
import type { SystemStatus } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { Card, PageHeader } from "../../ui/Card";
import { Meter, Stat } from "../../ui/Stat";
import { ErrorState, SkeletonRows } from "../../ui/states";
import { emptyTotals } from "../ledger/arithmetic";
import { Balance, Equation } from "../ledger/Equation";

const POLL_MS = 1_000;
const PRESSURE_TONES = {
  none: "good",
  recordings: "warn",
  events: "warn",
  logs: "bad",
  full: "bad",
} as const;

export function SystemPage() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery({ ...system, refetchInterval: POLL_MS });
  return (
    <>
      <PageHeader title={t.manage.system.title} lead={t.manage.system.lead} />
      {data ? (
        <Status status={data} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </>
  );
}

function Status({ status }: { status: SystemStatus }) {
  const { t, fmt } = useI18n();
  const words = t.manage.system;
  const { disk, inbox, warehouse, recordings, ingest } = status;
  const totals = { ...emptyTotals(), ...ingest };
  const optional = (ms: number | null | undefined) =>
    typeof ms === "number" ? fmt.duration(ms) : "–";
  return (
    <div className="flex flex-col gap-5">
      <Grid>
        <Card>
          <Stat label={words.version} value={status.version} />
        </Card>
        <Card>
          <Stat
            label={words.uptime}
            value={fmt.duration(status.uptimeMs)}
            detail={words.startedAt(fmt.dateTime(status.startedAt))}
          />
        </Card>
        <Card>
          <Stat label={words.ackP50} value={optional(ingest.ackP50Ms)} />
        </Card>
        <Card>
          <Stat label={words.ackP99} value={optional(ingest.ackP99Ms)} />
        </Card>
      </Grid>
      <Card title={words.ingest} actions={<Balance totals={totals} />}>
        <div className="mb-4 text-[28px] leading-9 font-semibold tracking-tight">
          {fmt.number(totals.received)}
        </div>
        <Equation totals={totals} />
      </Card>
      <div className="grid gap-5 lg:grid-cols-2">
        <Card
          title={words.disk}
          actions={
            <Badge tone={PRESSURE_TONES[status.pressure]}>
              {`${words.pressure}: ${words.pressures[status.pressure]}`}
            </Badge>
          }
        >
          <Meter
            label={words.disk}
            share={disk.totalBytes > 0 ? 1 - disk.freeBytes / disk.totalBytes : 0}
            color={status.pressure === "none" ? "--accent" : "--c-error"}
          />
          <div className="mt-3 grid grid-cols-2 gap-4">
            <Stat label={words.used} value={fmt.bytes(disk.usedBytes)} />
            <Stat
              label={words.free}
              value={fmt.bytes(disk.freeBytes)}
              detail={t.pressure.free(fmt.bytes(disk.freeBytes), fmt.bytes(disk.totalBytes))}
            />
          </div>
        </Card>
        <Card title={words.recordings}>
          <Meter
            label={words.recordings}
            share={recordings.quotaBytes > 0 ? recordings.bytes / recordings.quotaBytes : 0}
            color="--c-recording"
          />
          <div className="mt-3 grid grid-cols-2 gap-4">
            <Stat label={words.used} value={fmt.bytes(recordings.bytes)} />
            <Stat
              label={words.quota}
              value={recordings.quotaBytes > 0 ? fmt.bytes(recordings.quotaBytes) : t.state.none}
            />
          </div>
        </Card>
        <Card title={words.warehouse}>
          {warehouse ? (
            <div className="grid grid-cols-2 gap-4">
              <Stat label={words.events} value={fmt.number(warehouse.events)} />
              <Stat label={words.logs} value={fmt.number(warehouse.logs)} />
              <Stat label={words.disk} value={fmt.bytes(warehouse.bytes)} />
              <Stat label={words.memoryLimit} value={fmt.bytes(warehouse.memoryLimitBytes)} />
            </div>
          ) : (
            <p className="text-[13px] text-ink-3">{t.error.busy}</p>
          )}
        </Card>
        <Card title={words.inbox}>
          <div className="grid grid-cols-2 gap-4">
            <Stat label={words.waiting} value={fmt.number(inbox.items)} />
            <Stat label={words.oldest} value={optional(inbox.oldestMs)} />
            <Stat label={words.disk} value={fmt.bytes(inbox.bytes)} />
            <Stat label={words.applied} value={fmt.number(inbox.appliedSeq)} />
          </div>
        </Card>
      </div>
    </div>
  );
}

function Grid({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-2 gap-5 lg:grid-cols-4">{children}</div>;
}
