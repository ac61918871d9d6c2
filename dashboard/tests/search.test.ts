import { describe, expect, it } from "vitest";
import { list, parseSearch, safeNext, stringifySearch } from "../src/app/search";
import { validateAuditSearch } from "../src/features/audit/search";
import { eventParams, validateEventSearch } from "../src/features/events/search";
import { validateLedgerSearch } from "../src/features/ledger/search";
import { logParams, validateLogSearch } from "../src/features/logs/search";
import { validateSettingsSearch } from "../src/features/settings/search";

const through = (text: string) => parseSearch(text);

describe("the address", () => {
  it("holds plain words both ways", () => {
    const search = { kind: "error,api", q: "12 & 中文", from: "-1h", to: undefined, empty: "" };
    const text = stringifySearch(search);
    expect(text).toBe("?kind=error%2Capi&q=12+%26+%E4%B8%AD%E6%96%87&from=-1h");
    expect(through(text)).toEqual({ kind: "error,api", q: "12 & 中文", from: "-1h" });
    expect(stringifySearch({})).toBe("");
  });

  it("keeps numbers and JSON as the words they are", () => {
    expect(through("?q=123&x=[1]")).toEqual({ q: "123", x: "[1]" });
  });
});

describe("filters", () => {
  it("of events survive the address unchanged", () => {
    const search = validateEventSearch(
      through("?from=-15m&kind=error,api&q=boom&session=s-1&release=2.4.0&event=e1~1"),
    );
    expect(validateEventSearch(through(stringifySearch(search)))).toEqual(search);
    expect(eventParams(search)).toMatchObject({
      from: "-15m",
      kind: "error,api",
      session: "s-1",
      event: undefined,
    });
  });

  it("drop what means nothing", () => {
    const search = validateEventSearch({
      from: "yesterday",
      to: "-1y",
      kind: "error,nonsense,error",
      q: "   ",
      session: ["s"],
      user: "x".repeat(600),
      evil: "1",
    });
    expect(search).toEqual({ kind: "error" });
    expect(eventParams(search).from).toBe("-24h");
  });

  it("of logs accept levels in any case", () => {
    const search = validateLogSearch(through("?level=error,Warn,loud&device=press-7&tag=boot"));
    expect(search).toMatchObject({ level: "ERROR,WARN", device: "press-7", tag: "boot" });
    expect(logParams(search)).toMatchObject({ from: "-24h", log: undefined });
  });

  it("of the other pages know their own words only", () => {
    expect(validateLedgerSearch({ scope: "server", from: "1700000000000" })).toEqual({
      scope: "server",
      from: "1700000000000",
    });
    expect(validateLedgerSearch({ scope: "world" }).scope).toBeUndefined();
    expect(validateSettingsSearch({ tab: "limits" }).tab).toBe("limits");
    expect(validateSettingsSearch({ tab: "x" }).tab).toBeUndefined();
    expect(validateAuditSearch({ q: " key " }).q).toBe("key");
  });

  it("list their words", () => {
    expect(list("a,b")).toEqual(["a", "b"]);
    expect(list(undefined)).toEqual([]);
  });
});

describe("the way back after signing in", () => {
  it("leads to this site only", () => {
    expect(safeNext("/p/shop/events?kind=error")).toBe("/p/shop/events?kind=error");
    for (const evil of ["//evil.example", "/\\evil.example", "https://evil.example", "login", 7]) {
      expect(safeNext(evil)).toBeUndefined();
    }
    expect(safeNext("/login?next=/")).toBeUndefined();
  });
});
