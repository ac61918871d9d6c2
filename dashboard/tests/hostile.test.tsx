import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { json, open, SESSION } from "./render";

const EVIL = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';

const EVENT = {
  eventId: "e-1",
  ts: 1_800_000_000_000,
  receivedAt: 1_800_000_000_100,
  kind: "error",
  class: "js",
  name: EVIL,
  message: `${EVIL} \u001b[31mred \u202eexe.txt`,
  stack: `at ${EVIL}`,
  path: EVIL,
  user: EVIL,
  props: { [EVIL]: EVIL, deep: { deeper: { deepest: [EVIL] } } },
  extra: { breadcrumbs: [{ data: EVIL }] },
};

describe("text from attackers", () => {
  it("is only ever text, and hides nothing", async () => {
    open("/p/shop/events?event=e-1", ({ path }) => {
      if (path === "/api/auth/me") return json(200, SESSION);
      if (path.startsWith("/api/projects/shop/events")) return json(200, { items: [EVENT] });
      return undefined;
    });
    await screen.findByText("Stack");
    expect(document.querySelector("img, main script, dialog script")).toBeNull();
    expect("pwned" in window).toBe(false);
    const shown = document.querySelector("dialog")?.textContent ?? "";
    expect(shown).toContain(EVIL);
    expect(shown).toContain("\\x1b[31mred \\u202eexe.txt");
    for (const hidden of ["\u001b", "\u202e"]) expect(shown).not.toContain(hidden);
  });
});
