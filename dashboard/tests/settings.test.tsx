import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Settings } from "../src/api/types";
import { firstMissing, read, tabOf, write } from "../src/features/settings/paths";
import { json, open, SESSION } from "./render";

const SETTINGS: Settings = {
  enabled: true,
  appKind: "admin",
  access: { origins: [], allowAnonymous: true, allowNoOrigin: true, requireSignature: false },
  limits: {
    requestsPerMinute: 60,
    burst: 60,
    serverRequestsPerMinute: 60_000,
    batchItems: 500,
    bodyBytes: 1_048_576,
    logBodyBytes: 1_048_576,
    recordingBodyBytes: 8_388_608,
    recordingRawBytes: 5_242_880,
    fieldChars: 512,
    textChars: 16_384,
    propsBytes: 32_768,
    itemsPerDay: 0,
  },
  sampling: { rate: null, errorRate: 1, serverRate: 1 },
  privacy: {
    optOut: "drop",
    userId: "hash",
    keepQuery: [],
    disabledFields: [],
    allowedFields: [],
    allowedEvents: [],
    secretKeys: [],
    keepBodies: true,
    maskRecordings: true,
  },
  retention: { eventsDays: 30, errorsDays: 30, logsDays: 30, recordingsDays: 7, ledgerDays: 400 },
  sdk: { maxBatchSize: 20, maxIntervalMs: 10_000 },
  devices: { offlineAfterSeconds: 120 },
  realtime: {
    openChannels: [],
    allowAnonymous: false,
    allowLongTokens: false,
    ticketMinutes: 10,
    reauthGraceSeconds: 60,
    perUserConnections: 3,
    claims: { userId: ["sub", "uid", "id", "userId"], roles: ["role", "roles"] },
  },
  vitalsNative: "standard",
  vitalsWebsee: "seed",
};

describe("the settings form", () => {
  it("shows the server's problem at the field it names", async () => {
    const requests = open("/p/shop/settings?tab=retention", ({ method, path }) => {
      if (path === "/api/auth/me") return json(200, SESSION);
      if (path !== "/api/projects/shop/settings") return undefined;
      if (method === "GET") return json(200, SETTINGS);
      const problem = "must be between 1 and 365";
      return json(422, {
        code: "invalid_field",
        detail: "one field is invalid",
        errors: [{ field: "retention.logsDays", problem }],
      });
    });
    const user = userEvent.setup();
    const logs = await screen.findByLabelText<HTMLInputElement>("Logs");
    await user.clear(logs);
    await user.type(logs, "0");
    await user.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("must be between 1 and 365")).toBeTruthy();
    expect(logs.getAttribute("aria-invalid")).toBe("true");
    const sent = requests.find(({ method }) => method === "PUT")?.body as Settings;
    expect(sent.retention).toEqual({ ...SETTINGS.retention, logsDays: 0 });
  });

  it("asks before ingest is stopped, and sends nothing until saved", async () => {
    const requests = open("/p/shop/settings", ({ path }) => {
      if (path === "/api/auth/me") return json(200, SESSION);
      return path === "/api/projects/shop/settings" ? json(200, SETTINGS) : undefined;
    });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("switch", { name: "Ingest" }));
    await user.click(await screen.findByRole("button", { name: "Stop receiving" }));
    expect(await screen.findByText("Unsaved changes")).toBeTruthy();
    expect(requests.some(({ method }) => method === "PUT")).toBe(false);
  });
});

describe("field paths", () => {
  it("read and write one field and touch nothing else", () => {
    const next = write(SETTINGS, "retention.logsDays", 7);
    expect(read(next, "retention.logsDays")).toBe(7);
    expect({ ...next, retention: SETTINGS.retention }).toEqual(SETTINGS);
    expect(SETTINGS.retention.logsDays).toBe(30);
    expect(write(SETTINGS, "enabled", false).enabled).toBe(false);
    const claims = write(SETTINGS, "realtime.claims.roles", ["groups"]).realtime.claims;
    expect(claims).toEqual({ ...SETTINGS.realtime.claims, roles: ["groups"] });
  });

  it("tell which number is missing", () => {
    expect(firstMissing(SETTINGS)).toBeUndefined();
    expect(firstMissing(write(SETTINGS, "limits.burst", null))).toBe("limits.burst");
  });

  it("know their tab", () => {
    expect(["enabled", "limits.burst", "privacy.optOut", "sdk.x"].map(tabOf)).toEqual([
      "general",
      "limits",
      "privacy",
      "general",
    ]);
  });
});
