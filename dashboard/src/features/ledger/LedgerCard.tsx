import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n";
import { Card } from "../../ui/Card";
import { ErrorState, Skeleton } from "../../ui/states";
import { meanRate, rates } from "./arithmetic";
import { Balance, Equation } from "./Equation";
import { RateLine } from "./RateLine";
import type { Counters } from "./useCounters";

interface LedgerCardProps {
  project: string;
  data: Counters | undefined;
  error: Error | null;
  onRetry: () => void;
}

/** The living head of the overview: what came in and what became of it. */
export function LedgerCard({ project, data, error, onRetry }: LedgerCardProps) {
  const { t, fmt } = useI18n();
  return (
    <Card
      title={t.ledger.today}
      lead={`${t.range.presets["-24h"]} · ${t.ledger.lead}`}
      actions={
        <Link
          to="/p/$project/ledger"
          params={{ project }}
          className="text-xs font-medium text-accent hover:underline"
        >
          {t.data.viewAll}
        </Link>
      }
    >
      {data ? (
        <div className="flex flex-col gap-5 lg:flex-row lg:items-end lg:gap-10">
          <div className="flex shrink-0 items-end gap-6 lg:w-[300px]">
            <div>
              <div className="flex items-center gap-2 text-xs text-ink-3">
                {t.ledger.received}
                <Balance totals={data.totals} />
              </div>
              <div className="mt-1 text-[34px] leading-10 font-semibold tracking-tight">
                {fmt.number(data.totals.received)}
              </div>
            </div>
            <div className="min-w-0 grow pb-1">
              <div className="text-right text-xs text-ink-2">
                {t.ledger.perSecond(fmt.number(round(meanRate(data.samples))))}
              </div>
              <RateLine values={rates(data.samples)} label={t.ledger.rateLabel} />
            </div>
          </div>
          <div className="min-w-0 grow">
            <Equation totals={data.totals} />
          </div>
        </div>
      ) : error ? (
        <ErrorState error={error} onRetry={onRetry} compact />
      ) : (
        <div className="flex flex-col gap-4 py-2">
          <Skeleton className="h-10 w-44" />
          <Skeleton className="h-2.5 w-full" />
          <Skeleton className="h-9 w-full" />
        </div>
      )}
    </Card>
  );
}

function round(rate: number): number {
  return rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate);
}
