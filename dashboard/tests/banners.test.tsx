import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { json, open, SESSION } from "./render";

const STATUS = {
  version: "0.1.0",
  startedAt: 0,
  uptimeMs: 1,
  pressure: "events",
  disk: { totalBytes: 100 * 2 ** 30, freeBytes: 4 * 2 ** 30, usedBytes: 2 ** 30 },
  inbox: { items: 0, bytes: 0, oldestMs: null, appliedSeq: 0 },
  warehouse: null,
  recordings: { bytes: 0, quotaBytes: 0 },
  ingest: { received: 1200, accepted: 0, dropped: 1200 },
};

describe("banners", () => {
  it("tell on every page what a full disk refuses, and how much was dropped", async () => {
    open("/account", ({ path }) => {
      if (path === "/api/auth/me") return json(200, SESSION);
      return path === "/api/system" ? json(200, STATUS) : undefined;
    });
    const banner = await screen.findByText(/recordings and events are refused/);
    const text = banner.parentElement?.textContent ?? "";
    expect(text).toContain("4.0 GiB of 100 GiB free");
    expect(text).toContain("1,200 items dropped");
  });

  it("stay away while there is room", async () => {
    open("/account", ({ path }) => {
      if (path === "/api/auth/me") return json(200, SESSION);
      return path === "/api/system" ? json(200, { ...STATUS, pressure: "none" }) : undefined;
    });
    await screen.findByRole("heading", { name: "Account" });
    expect(screen.queryByText(/refused/)).toBeNull();
  });
});
