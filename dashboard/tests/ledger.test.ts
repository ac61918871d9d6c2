import { describe, expect, it } from "vitest";
import { OUTCOMES, type LedgerRow, type Outcome } from "../src/api/types";
import {
  add,
  byHour,
  byReason,
  difference,
  emptyTotals,
  HOUR_MS,
  meanRate,
  pushSample,
  rates,
  sumOfOutcomes,
  windowStart,
  type Sample,
} from "../src/features/ledger/arithmetic";

const row = (hour: number, outcome: Outcome, reason: string, count: number): LedgerRow => ({
  project: "shop",
  hour,
  source: "telemetry",
  outcome,
  reason,
  count,
});

describe("the ledger", () => {
  const rows = [
    row(0, "accepted", "stored", 90),
    row(0, "invalid", "schema", 7),
    row(0, "invalid", "time", 8),
    row(HOUR_MS, "accepted", "stored", 5),
    row(HOUR_MS, "denied", "key", 2),
  ];

  it("adds every row to received and to exactly one outcome", () => {
    const totals = rows.reduce(add, emptyTotals());
    expect(totals).toMatchObject({ received: 112, accepted: 95, invalid: 15, denied: 2 });
    expect(sumOfOutcomes(totals)).toBe(totals.received);
    expect(difference(totals)).toBe(0);
  });

  it("tells when the server's figures do not add up", () => {
    expect(difference({ ...emptyTotals(), received: 10, accepted: 7, dropped: 2 })).toBe(1);
  });

  it("groups by hour, newest first, losing nothing", () => {
    const hours = byHour(rows);
    expect(hours.map(({ hour, totals }) => [hour, totals.received])).toEqual([
      [HOUR_MS, 7],
      [0, 105],
    ]);
    expect(hours.flatMap((hour) => hour.rows)).toHaveLength(rows.length);
  });

  it("groups by reason in the order of outcomes, then by size", () => {
    expect(byReason(rows).map(({ reason, count }) => `${reason} ${count}`)).toEqual([
      "stored 95",
      "time 8",
      "schema 7",
      "key 2",
    ]);
  });

  it("knows all outcomes of the model", () => {
    expect(OUTCOMES).toHaveLength(7);
  });

  it("asks for whole hours", () => {
    expect(windowStart(25 * HOUR_MS + 5, 24)).toBe(2 * HOUR_MS);
  });
});

describe("rates", () => {
  it("come from the differences of the counter", () => {
    const samples: Sample[] = [
      { at: 0, received: 100 },
      { at: 1_000, received: 110 },
      { at: 3_000, received: 150 },
    ];
    expect(rates(samples)).toEqual([10, 20]);
    expect(meanRate(samples)).toBeCloseTo(50 / 3);
    expect(meanRate([])).toBe(0);
  });

  it("start over when the counter's window moves on, and never grow beyond a minute", () => {
    let samples: Sample[] = [];
    for (let second = 0; second < 100; second += 1) {
      samples = pushSample(samples, { at: second * 1_000, received: second });
    }
    expect(samples).toHaveLength(61);
    expect(pushSample(samples, { at: 100_000, received: 3 })).toEqual([
      { at: 100_000, received: 3 },
    ]);
  });
});
