import { Fragment, useState } from "react";
import { ChevronRight } from "lucide-react";
import { OUTCOMES } from "../../api/types";
import { useI18n } from "../../i18n";
import { cx } from "../../lib/cx";
import { Scroller } from "../../ui/Scroller";
import { byReason, type HourRow } from "./arithmetic";
import { OutcomeBar } from "./Equation";
import { ReasonTable } from "./ReasonTable";

/** Hours and outcomes; an hour opens into its reasons. */
export function HourTable({ hours }: { hours: HourRow[] }) {
  const { t, fmt } = useI18n();
  const [open, setOpen] = useState<number | null>(null);
  const head = "h-8 px-3 font-medium whitespace-nowrap text-right";
  return (
    <Scroller label={t.ledger.byHour}>
      <table aria-label={t.ledger.byHour} className="w-full border-collapse text-[13px]">
        <thead>
          <tr className="border-b border-line bg-sunken/60 text-xs text-ink-3">
            <th scope="col" className="h-8 pl-5 text-left font-medium">
              {t.ledger.hour}
            </th>
            <th scope="col" className={head}>
              {t.ledger.received}
            </th>
            {OUTCOMES.map((outcome) => (
              <th key={outcome} scope="col" className={cx(head, "last:pr-5")}>
                {t.ledger.outcomes[outcome]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map(({ hour, totals, rows }) => (
            <Fragment key={hour}>
              <tr className="border-b border-line transition-colors hover:bg-sunken/50">
                <th scope="row" className="h-11 pl-3.5 text-left font-medium whitespace-nowrap">
                  <button
                    type="button"
                    aria-expanded={open === hour}
                    aria-label={t.ledger.expand(fmt.dayMinute(hour))}
                    onClick={() => setOpen(open === hour ? null : hour)}
                    className="flex items-center gap-1.5 rounded px-1"
                  >
                    <ChevronRight
                      aria-hidden
                      size={14}
                      className={cx(
                        "text-ink-3 transition-transform",
                        open === hour && "rotate-90",
                      )}
                    />
                    {fmt.dayMinute(hour)}
                  </button>
                </th>
                <td className="min-w-36 px-3 text-right font-semibold">
                  {fmt.number(totals.received)}
                  <div className="mt-0.5 ml-auto w-28">
                    <OutcomeBar totals={totals} thin />
                  </div>
                </td>
                {OUTCOMES.map((outcome) => (
                  <td
                    key={outcome}
                    className={cx(
                      "px-3 text-right last:pr-5",
                      totals[outcome] === 0 ? "text-ink-3" : "text-ink",
                    )}
                  >
                    {totals[outcome] === 0 ? "·" : fmt.number(totals[outcome])}
                  </td>
                ))}
              </tr>
              {open === hour && (
                <tr className="border-b border-line bg-sunken/40">
                  <td colSpan={OUTCOMES.length + 2} className="px-5 py-2">
                    <ReasonTable rows={byReason(rows)} received={totals.received} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
