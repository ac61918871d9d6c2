import type { QueryRequest, QueryResult } from "../../api/types";

export const MINUTES = 60;
const MINUTE_MS = 60_000;

export interface Series {
  /** Starts of the minutes, oldest first. */
  minutes: number[];
  kinds: { kind: string; counts: number[] }[];
  totals: number[];
  total: number;
}

/** The full minutes of the last hour and the running one. */
export function perMinuteRequest(now: number): QueryRequest {
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  return {
    dataset: "events",
    from: end - MINUTES * MINUTE_MS,
    to: end,
    timezone: "UTC",
    interval: "1m",
    groupBy: ["kind"],
    measures: [{ as: "n", fn: "count" }],
    limit: 5_000,
  };
}

/** The answer as one dense row of numbers per kind; minutes without events count zero. */
export function toSeries(result: QueryResult, order: readonly string[]): Series {
  const column = (name: string) => result.columns.findIndex((entry) => entry.name === name);
  const [at, kindAt, countAt] = [column("bucket"), column("kind"), column("n")];
  const first = Math.floor(result.meta.from / MINUTE_MS) * MINUTE_MS;
  const minutes = Array.from({ length: MINUTES }, (_, index) => first + index * MINUTE_MS);
  const counts = new Map<string, number[]>();
  for (const row of result.rows) {
    const index = Math.floor((Number(row[at]) - first) / MINUTE_MS);
    if (index < 0 || index >= MINUTES) continue;
    const kind = String(row[kindAt] ?? "");
    const line = counts.get(kind) ?? new Array<number>(MINUTES).fill(0);
    line[index] = (line[index] ?? 0) + Number(row[countAt] ?? 0);
    counts.set(kind, line);
  }
  const rank = (kind: string) => (order.indexOf(kind) + order.length + 1) % (order.length + 1);
  const kinds = [...counts].map(([kind, line]) => ({ kind, counts: line }));
  kinds.sort((a, b) => rank(a.kind) - rank(b.kind));
  const totals = minutes.map((_, index) =>
    kinds.reduce((sum, line) => sum + (line.counts[index] ?? 0), 0),
  );
  return { minutes, kinds, totals, total: totals.reduce((sum, n) => sum + n, 0) };
}

export function peak(series: Series): { count: number; at: number } {
  const count = Math.max(0, ...series.totals);
  return { count, at: series.minutes[series.totals.indexOf(count)] ?? 0 };
}
