import { CircleCheck, TriangleAlert } from "lucide-react";
import { OUTCOMES, type Totals } from "../../api/types";
import { useI18n } from "../../i18n";
import { cx } from "../../lib/cx";
import { Badge, Dot } from "../../ui/Badge";
import { difference, sumOfOutcomes } from "./arithmetic";

/** received = Σ outcomes, with every term in sight. */
export function Equation({ totals }: { totals: Totals }) {
  const { t, fmt } = useI18n();
  return (
    <div>
      <OutcomeBar totals={totals} />
      <dl
        aria-label={t.ledger.equation}
        className="mt-4 grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4 xl:grid-cols-7"
      >
        {OUTCOMES.map((outcome) => (
          <div key={outcome} title={t.ledger.outcomeHints[outcome]} className="min-w-0">
            <dt className="flex items-center gap-1.5 text-xs text-ink-3">
              <Dot color={`--o-${outcome}`} />
              <span className="truncate">{t.ledger.outcomes[outcome]}</span>
            </dt>
            <dd
              className={cx(
                "mt-0.5 text-[17px] font-semibold tracking-tight",
                totals[outcome] === 0 && "font-medium text-ink-3",
              )}
            >
              {fmt.number(totals[outcome])}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function OutcomeBar({ totals, thin }: { totals: Totals; thin?: boolean }) {
  const { t, fmt } = useI18n();
  const whole = sumOfOutcomes(totals);
  return (
    <div
      aria-hidden
      className={cx(
        "flex w-full overflow-hidden rounded-full bg-sunken",
        thin ? "h-[3px] gap-px" : "h-2.5 gap-0.5",
      )}
    >
      {OUTCOMES.filter((outcome) => totals[outcome] > 0).map((outcome) => (
        <span
          key={outcome}
          title={`${t.ledger.outcomes[outcome]} ${fmt.percent(totals[outcome] / whole)}`}
          className={cx("h-full transition-[flex-grow] duration-500", !thin && "min-w-1")}
          style={{
            flexGrow: totals[outcome] / whole,
            flexBasis: 0,
            backgroundColor: `var(--o-${outcome})`,
          }}
        />
      ))}
    </div>
  );
}

export function Balance({ totals }: { totals: Totals }) {
  const { t, fmt } = useI18n();
  const off = difference(totals);
  const hint = t.ledger.balancedHint(fmt.number(totals.received), fmt.number(sumOfOutcomes(totals)));
  return off === 0 ? (
    <Badge tone="good" title={hint}>
      <CircleCheck aria-hidden size={12} />
      {t.ledger.balanced}
    </Badge>
  ) : (
    <Badge tone="bad" title={hint}>
      <TriangleAlert aria-hidden size={12} />
      {t.ledger.unbalanced(fmt.number(off))}
    </Badge>
  );
}
