import { describe, expect, it } from "vitest";
import { segments, visible } from "../src/lib/visible";

describe("visible", () => {
  it("shows terminal escapes instead of obeying them", () => {
    expect(visible("\u001b[31mred\u001b[0m")).toBe("\\x1b[31mred\\x1b[0m");
  });

  it("shows every other control character, but keeps tabs and line breaks", () => {
    expect(visible("a\u0000b\u0007c\u007fd\te\nf")).toBe("a\\x00b\\x07c\\x7fd\te\nf");
    expect(visible("\r")).toBe("\\x0d");
    expect(visible("\u009b31m")).toBe("\\x9b31m");
  });

  it("names what reorders or hides text", () => {
    expect(visible("user\u202etxt.exe")).toBe("user\\u202etxt.exe");
    expect(visible("a\u200bb\ufeffc\u2066d")).toBe("a\\u200bb\\ufeffc\\u2066d");
    expect(visible("\u{e0041}")).toBe("\\u{e0041}");
  });

  it("leaves ordinary text of any language alone", () => {
    const text = "打印机 7 已启动 — naïve, ελληνικά, 👍🏽";
    expect(segments(text)).toEqual([{ text, control: false }]);
    expect(segments("")).toEqual([]);
  });

  it("joins neighbours into one mark", () => {
    expect(segments("x\u0000\u0001y")).toEqual([
      { text: "x", control: false },
      { text: "\\x00\\x01", control: true },
      { text: "y", control: false },
    ]);
  });
});
