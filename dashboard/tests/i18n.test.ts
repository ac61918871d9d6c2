import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { createFormat } from "../src/i18n/format";
import { initialLang } from "../src/i18n/lang";
import { zh } from "../src/i18n/zh";

type Leaf = [path: string, value: unknown];

function leaves(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, child]) => leaves(child, `${path}/${name}`));
}

function spoken(value: unknown): string {
  return typeof value === "function" ? String((value as (...a: unknown[]) => unknown)(7, "b", "c")) : String(value);
}

/** The same in every language: names of products, formats and code. */
const UNTRANSLATED = new Set([
  "/app/name",
  "/language/en",
  "/language/zh",
  "/data/classes/promise",
  "/data/detail/raw",
  "/setup/tabs/curl",
  "/setup/tabs/js",
  "/setup/tabs/websee",
]);

describe("catalogues", () => {
  const english = leaves(en);
  const chinese = new Map(leaves(zh));

  it("have the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual(english.map(([path]) => path).sort());
  });

  it("say something under every key, with the same parameters", () => {
    for (const [path, value] of english) {
      const other = chinese.get(path);
      expect(typeof other, path).toBe(typeof value);
      expect(spoken(value).trim(), path).not.toBe("");
      expect(spoken(other).trim(), path).not.toBe("");
      if (typeof value === "function") expect((other as () => string).length, path).toBe(value.length);
    }
  });

  it("are translated: Chinese text is Chinese, English text is not", () => {
    for (const [path, value] of english) {
      if (path !== "/language/zh") expect(spoken(value), path).not.toMatch(/\p{Script=Han}/u);
      if (UNTRANSLATED.has(path)) continue;
      expect(spoken(chinese.get(path)), path).toMatch(/\p{Script=Han}/u);
    }
  });

  it("name every reason the server can give", () => {
    expect(Object.keys(en.ledger.reasons)).toHaveLength(25);
  });
});

describe("language", () => {
  it("is the remembered one, else the browser's first that we speak", () => {
    expect(initialLang("zh", ["en"])).toBe("zh");
    expect(initialLang(null, ["fr", "zh-TW", "en"])).toBe("zh");
    expect(initialLang(null, ["fr", "en-US"])).toBe("en");
    expect(initialLang("xx", [])).toBe("en");
  });
});

describe("formats", () => {
  const fmt = createFormat("en");
  it("scale bytes and durations", () => {
    expect(fmt.bytes(512)).toBe("512 B");
    expect(fmt.bytes(1536)).toBe("1.5 KiB");
    expect(fmt.bytes(5 * 2 ** 30)).toBe("5.0 GiB");
    expect(fmt.duration(3.24)).toBe("3.2 ms");
    expect(fmt.duration(999)).toBe("999 ms");
    expect(fmt.duration(1_500)).toBe("1.50 s");
    expect(fmt.duration(90_000)).toBe("1 min 30 s");
    expect(fmt.duration(50 * 3_600_000)).toBe("2 d 2 h");
  });
  it("keep milliseconds", () => {
    expect(fmt.clockMs(1_700_000_000_042)).toMatch(/:20\.042$/);
  });
});
