import { describe, expect, it } from "vitest";
import { KINDS, type QueryResult } from "../src/api/types";
import { MINUTES, peak, perMinuteRequest, toSeries } from "../src/features/overview/perMinute";

const MINUTE = 60_000;

describe("events per minute", () => {
  it("asks for sixty whole minutes that end with the running one", () => {
    const request = perMinuteRequest(100 * MINUTE + 12_345);
    expect([request.from, request.to]).toEqual([41 * MINUTE, 101 * MINUTE]);
    expect(request).toMatchObject({ interval: "1m", groupBy: ["kind"] });
  });

  it("fills minutes without events with zero and keeps the order of kinds", () => {
    const answer: QueryResult = {
      columns: [
        { name: "kind", type: "string" },
        { name: "bucket", type: "time" },
        { name: "n", type: "number" },
      ],
      rows: [
        ["error", 41 * MINUTE, 2],
        ["page", 41 * MINUTE, 3],
        ["page", 100 * MINUTE, 7],
        ["__other__", 50 * MINUTE, 1],
        ["page", 300 * MINUTE, 99],
      ],
      meta: { from: 41 * MINUTE, to: 101 * MINUTE, timezone: "UTC", tookMs: 1 },
    };
    const series = toSeries(answer, KINDS);
    expect(series.kinds.map(({ kind }) => kind)).toEqual(["page", "error", "__other__"]);
    expect(series.minutes).toHaveLength(MINUTES);
    expect(series.totals[0]).toBe(5);
    expect(series.totals.at(-1)).toBe(7);
    expect(series.totals[1]).toBe(0);
    expect(series.total).toBe(13);
    expect(peak(series)).toEqual({ count: 7, at: 100 * MINUTE });
  });

  it("understands an empty answer", () => {
    const series = toSeries(
      { columns: [], rows: [], meta: { from: 0, to: 0, timezone: "UTC", tookMs: 0 } },
      KINDS,
    );
    expect([series.total, series.kinds.length, peak(series).count]).toEqual([0, 0, 0]);
  });
});
