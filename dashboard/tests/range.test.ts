import { describe, expect, it } from "vitest";
import { fromLocalInput, resolveTime, toLocalInput, validTime } from "../src/lib/range";

describe("time ranges", () => {
  const now = 1_800_000_000_000;

  it("are relative or absolute", () => {
    expect(resolveTime("-15m", now)).toBe(now - 900_000);
    expect(resolveTime("-7d", now)).toBe(now - 604_800_000);
    expect(resolveTime("1700000000000", now)).toBe(1_700_000_000_000);
  });

  it("mean nothing otherwise", () => {
    for (const value of ["", undefined, "15m", "-1y", "-m", "12", "1e99", "now()"]) {
      expect(resolveTime(value, now)).toBeNull();
    }
    expect(validTime(["-1h"])).toBeUndefined();
  });

  it("go through a local input field and back", () => {
    const minute = Math.floor(now / 60_000) * 60_000;
    expect(fromLocalInput(toLocalInput(minute))).toBe(minute);
    expect(fromLocalInput("")).toBeNull();
  });
});
