import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { launch, openPage } from "../harness/browser";
import { eventually } from "../harness/eventually";
import { Project } from "../harness/project";
import { Relay } from "../harness/relay";
import { Server } from "../harness/server";
import type { Site } from "../harness/site";
import { OUTCOMES, type StoredEvent } from "../harness/types";
import { kindOf, lost, rowsOf } from "./expect";
import { replay } from "./player";
import { type Report, recordedEvents, reports } from "./reports";
import { type Sdk, openShop } from "./shop";
import { leave, sent, visit } from "./visit";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

const EXPECTED_OF_4 = [
  "custom",
  "biz",
  "error",
  "fetch",
  "xhr",
  "performance CLS",
  "performance FCP",
  "performance FID",
  "performance FSP",
  "performance LCP",
  "performance TTFB",
  "performance longTask",
  "performance memory",
  "performance resourceList",
  "recordScreen",
  "resource",
  "unhandledrejection",
  "whiteScreen",
];

describe.each<[Sdk, string, string[]]>([
  ["page", "4.0.2", EXPECTED_OF_4],
  [
    "legacy",
    "1.2.2",
    ["custom", "error", "resource", "recordScreen", "whiteScreen", "performance resource_list"],
  ],
])("the stock web-see SDK (%s)", (sdk, version, expected) => {
  let shop: Site;
  let relay: Relay;
  let project: Project;
  let told: Report[];
  let stored: StoredEvent[];

  beforeAll(async () => {
    [shop, relay] = await Promise.all([openShop(sdk), Relay.to(server.url)]);
    const client = await server.admin();
    project = await Project.create(client, `shop-${sdk}`, {
      access: { origins: [shop.origin] },
    });
    const { page } = await openPage(browser);
    const dsn = encodeURIComponent(`${relay.url}/reportData`);
    await visit(page, `${shop.origin}/?key=${project.publicKey}&dsn=${dsn}`, relay);
    await leave(page, relay);
    await page.context().close();
    told = reports(relay);
    stored = await eventually("every report is visible", async () => {
      const rows = await project.events();
      return rows.length >= told.length ? rows : undefined;
    });
  });

  afterAll(async () => {
    await Promise.all([shop?.close(), relay?.close()]);
  });

  test("sends what it is known to send, and is always told that it was taken", () => {
    const types = new Set(told.map((r) => [r.type, r.name].filter((part) => part && !/^(img|图片)$/.test(part)).join(" ")));
    expect([...types]).toEqual(expect.arrayContaining(expected));
    expect(new Set(told.map((report) => report.sdkVersion))).toEqual(new Set([version]));
    for (const seen of relay.seen) expect([seen.status, seen.answer]).toEqual([200, expect.stringContaining('"code":0')]);
  });

  test("becomes one event per report, with every field kept", () => {
    expect(stored).toHaveLength(told.length);
    for (const report of told) {
      const [row, ...others] = rowsOf(report, stored);
      const about = `${report.type} ${report.name ?? report.message ?? ""}`;
      expect(row, `a row for ${about}`).toBeDefined();
      expect(others, `only one row for ${about}`).toEqual([]);
      expect(lost(report, row!), `lost of ${about}`).toEqual([]);
    }
  });

  test("is understood: classes, positions, ratings, times, devices", () => {
    for (const report of told) {
      const row = rowsOf(report, stored)[0]!;
      expect(row).toMatchObject({
        ...kindOf(report),
        source: "websee",
        sdkVersion: version,
        bot: true,
        os: "Linux",
        deviceType: expect.stringMatching(/desktop|bot/),
        sampleRate: 1,
        ok: report.status === "ok",
      });
      expect(row.browserVersion).toBe(report.deviceInfo.browserVersion);
      if (row.kind === "error") expect(row.fingerprint).not.toBe("");
      if (report.recordScreenId) expect(row.recordingId).toBe(report.recordScreenId);
      if (report.line) expect(row).toMatchObject({ file: report.fileName, line: report.line });
      if (report.column) expect(row.column).toBe(report.column);
      if (row.kind === "vital") {
        expect(row.value).toBeCloseTo(report.value!, 6);
        expect(row.clientRating).toBe(report.rating);
        expect(row.rating).toMatch(/^(good|needs-improvement|poor)$/);
      }
      if (row.class === "http") {
        expect(row).toMatchObject({ status: report.response?.Status, durationMs: report.elapsedTime });
      }
    }
  });

  test("keeps nobody's secrets", () => {
    const everything = JSON.stringify(stored);
    for (const secret of ["hunter2", "token=hidden", "customer-17", project.publicKey]) {
      expect(everything).not.toContain(secret);
    }
    const users = new Set(stored.map((row) => row.user));
    expect([...users]).toEqual([expect.stringMatching(/\S/)]);
  });

  test("is recorded, and the recording can be played", async () => {
    const report = told.find((candidate) => candidate.type === "recordScreen")!;
    const fetched = await project.client.get<{ events: { type: number; timestamp: number }[] }>(
      `${project.path}/recordings/${report.recordScreenId}`,
    );
    const original = recordedEvents(report);
    expect(fetched.events.map((e) => [e.type, e.timestamp])).toEqual(
      original.map((e) => [e.type, e.timestamp]),
    );
    // 4 is rrweb's page meta, 2 its full snapshot: without both a player shows nothing.
    const types = fetched.events.map((event) => event.type);
    expect(types).toEqual(expect.arrayContaining([2, 4]));
    expect(await replay(browser, fetched.events, "button")).toContain("h1");
  });

  test("is counted to the unit", async () => {
    const totals = await eventually("the ledger has everything", async () => {
      const seen = await project.ledger();
      return seen.received >= told.length ? seen : undefined;
    });
    expect(totals.received).toBe(relay.seen.filter((seen) => seen.method === "POST").length);
    expect(totals.accepted).toBe(stored.length);
    expect(OUTCOMES.reduce((sum, outcome) => sum + totals[outcome], 0)).toBe(totals.received);
  });

  test("can be asked about through queries", async () => {
    const table = await project.client.post<{ rows: [string, number][] }>(`${project.path}/query`, {
      dataset: "events",
      from: "-1h",
      groupBy: ["kind"],
      measures: [{ as: "n", fn: "count" }],
    });
    const counted = Object.fromEntries(table.rows);
    for (const kind of new Set(stored.map((row) => row.kind))) {
      expect(counted[kind]).toBe(stored.filter((row) => row.kind === kind).length);
    }
  });
});

test("a page whose visitor opted out (Sec-GPC) leaves nothing behind", async () => {
  const [shop, relay] = await Promise.all([openShop("page"), Relay.to(server.url)]);
  const client = await server.admin();
  const project = await Project.create(client, "shop-gpc", { access: { origins: [shop.origin] } });
  const { page } = await openPage(browser, { extraHTTPHeaders: { "Sec-GPC": "1" } });
  const dsn = encodeURIComponent(`${relay.url}/reportData`);
  await visit(page, `${shop.origin}/?key=${project.publicKey}&dsn=${dsn}`, relay);
  await sent(relay, "the last trouble", (r) => r.name === "longTask");
  const count = relay.seen.length;
  const totals = await eventually("the refusals are counted", async () => {
    const seen = await project.ledger();
    return seen.denied >= count ? seen : undefined;
  });
  expect(totals.accepted).toBe(0);
  expect(totals.denied).toBe(totals.received);
  expect(await project.events()).toEqual([]);
  await page.context().close();
  await Promise.all([shop.close(), relay.close()]);
});
