import { useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { useIsAdmin } from "../../app/useMe";
import { ledger } from "../../api/queries";
import { useI18n } from "../../i18n";
import { Card, PageHeader } from "../../ui/Card";
import { LiveToggle } from "../../ui/LiveToggle";
import { EmptyState, ErrorState, SkeletonRows } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import { RangePicker } from "../filters/RangePicker";
import { byHour, byReason } from "./arithmetic";
import { Balance, Equation } from "./Equation";
import { HourTable } from "./HourTable";
import { ReasonTable } from "./ReasonTable";
import { LEDGER_FROM } from "./search";

const POLL_MS = 2_000;

export function LedgerPage() {
  const { t, fmt } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/ledger" });
  const search = useSearch({ from: "/app/p/$project/ledger" });
  const navigate = useNavigate({ from: "/p/$project/ledger" });
  const admin = useIsAdmin();
  const [follow, setFollow] = useState(true);
  const live = follow && !search.to;
  const wide = admin && search.scope === "server";

  const range = {
    project: wide ? undefined : project,
    from: search.from ?? LEDGER_FROM,
    to: search.to,
  };
  const { data, error, refetch } = useQuery({
    ...ledger(range),
    refetchInterval: live ? POLL_MS : false,
    placeholderData: keepPreviousData,
  });

  return (
    <>
      <PageHeader
        title={t.ledger.title}
        lead={t.ledger.lead}
        actions={
          <>
            {admin && (
              <Tabs
                label={t.ledger.scopeLabel}
                value={wide ? "server" : "project"}
                options={[
                  { value: "project", label: t.ledger.thisProject },
                  { value: "server", label: t.ledger.wholeServer },
                ]}
                onChange={(scope) =>
                  void navigate({
                    search: (current) => ({
                      ...current,
                      scope: scope === "server" ? ("server" as const) : undefined,
                    }),
                  })
                }
              />
            )}
            <LiveToggle live={live} onChange={setFollow} />
            <RangePicker
              value={{ from: range.from, to: range.to }}
              onChange={({ from, to }) =>
                void navigate({ search: (current) => ({ ...current, from, to }) })
              }
            />
          </>
        }
      />
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonRows rows={8} />
      ) : (
        <div className="flex flex-col gap-5">
          <Card>
            <div className="mb-4 flex flex-wrap items-baseline gap-x-3">
              <span className="text-[28px] leading-9 font-semibold tracking-tight">
                {fmt.number(data.totals.received)}
              </span>
              <span className="text-[13px] text-ink-3">{t.ledger.received}</span>
              <Balance totals={data.totals} />
            </div>
            <Equation totals={data.totals} />
          </Card>
          {data.rows.length === 0 ? (
            <Card flush>
              <EmptyState
                icon={<Scale size={20} />}
                title={t.ledger.empty}
                hint={t.ledger.emptyHint}
              />
            </Card>
          ) : (
            <div className="grid items-start gap-5 2xl:grid-cols-[minmax(0,1fr)_460px]">
              <Card title={t.ledger.byHour} flush>
                <HourTable hours={byHour(data.rows)} />
              </Card>
              <Card title={t.ledger.byReason} flush>
                <ReasonTable rows={byReason(data.rows)} received={data.totals.received} />
              </Card>
            </div>
          )}
        </div>
      )}
    </>
  );
}
