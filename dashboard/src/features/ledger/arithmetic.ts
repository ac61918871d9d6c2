import { OUTCOMES, type LedgerRow, type Outcome, type Totals } from "../../api/types";

export const HOUR_MS = 3_600_000;

export function emptyTotals(): Totals {
  return {
    received: 0,
    accepted: 0,
    duplicate: 0,
    sampled: 0,
    limited: 0,
    invalid: 0,
    denied: 0,
    dropped: 0,
  };
}

/** Σ outcomes: what `received` must be. */
export function sumOfOutcomes(totals: Totals): number {
  return OUTCOMES.reduce((sum, outcome) => sum + totals[outcome], 0);
}

/** `received` − Σ outcomes: zero, or something is wrong and must show. */
export function difference(totals: Totals): number {
  return totals.received - sumOfOutcomes(totals);
}

export function add(totals: Totals, row: LedgerRow): Totals {
  return {
    ...totals,
    received: totals.received + row.count,
    [row.outcome]: totals[row.outcome] + row.count,
  };
}

export interface HourRow {
  hour: number;
  totals: Totals;
  rows: LedgerRow[];
}

/** One line per hour that has something, newest first. */
export function byHour(rows: LedgerRow[]): HourRow[] {
  const hours = new Map<number, HourRow>();
  for (const row of rows) {
    const known = hours.get(row.hour) ?? { hour: row.hour, totals: emptyTotals(), rows: [] };
    hours.set(row.hour, {
      hour: row.hour,
      totals: add(known.totals, row),
      rows: [...known.rows, row],
    });
  }
  return [...hours.values()].sort((a, b) => b.hour - a.hour);
}

export interface ReasonRow {
  outcome: Outcome;
  reason: string;
  source: string;
  count: number;
}

/** Outcomes in their order, then the most frequent first. */
export function byReason(rows: LedgerRow[]): ReasonRow[] {
  const reasons = new Map<string, ReasonRow>();
  for (const { outcome, reason, source, count } of rows) {
    const key = `${outcome}/${reason}/${source}`;
    const known = reasons.get(key) ?? { outcome, reason, source, count: 0 };
    reasons.set(key, { ...known, count: known.count + count });
  }
  return [...reasons.values()].sort(
    (a, b) =>
      OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) || b.count - a.count,
  );
}

/** The start of the hour `hours - 1` before the current one: a window of whole ledger hours. */
export function windowStart(now: number, hours: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS;
}

export interface Sample {
  at: number;
  received: number;
}

const SAMPLES = 61;

/** The counter over the last minute; a counter that fell (its window moved on) starts over. */
export function pushSample(samples: Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && sample.received < last.received) return [sample];
  return [...samples, sample].slice(-SAMPLES);
}

/** Items per second between each two samples. */
export function rates(samples: Sample[]): number[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const seconds = (sample.at - before.at) / 1_000;
    return seconds > 0 ? (sample.received - before.received) / seconds : 0;
  });
}

/** Over all samples: steadier than the last step alone. */
export function meanRate(samples: Sample[], lastMs = 10_000): number {
  const last = samples.at(-1);
  if (!last) return 0;
  const first = samples.find((sample) => sample.at >= last.at - lastMs) ?? last;
  const seconds = (last.at - first.at) / 1_000;
  return seconds > 0 ? (last.received - first.received) / seconds : 0;
}
