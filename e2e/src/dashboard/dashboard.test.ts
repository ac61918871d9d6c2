import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { launch, openPage, photographFailure } from "../harness/browser";
import { eventually } from "../harness/eventually";
import { Project } from "../harness/project";
import { ADMIN, Server } from "../harness/server";
import { EVENTS, LOGS, MARKUP } from "./attacks";
import { barriers } from "./axe";

let server: Server;
let browser: Browser;
let page: Page;
let complaints: string[];
let project: Project;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
  const client = await server.admin();
  project = await Project.create(client, "alpha");
  await Project.create(client, "beta");
  await project.send(EVENTS);
  await project.sendLogs(LOGS);
  ({ page, complaints } = await openPage(browser, { locale: "en-GB", viewport: { width: 1280, height: 900 } }));
});

afterEach(({ task }) => photographFailure(page, task));

afterAll(async () => {
  await browser?.close();
  await server?.dispose();
});

const link = (name: string) =>
  page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name, exact: true });

/** The card with this heading. */
const card = (name: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name, exact: true }) });

test("no page holds a script that an attacker could have written", async () => {
  const response = await fetch(`${server.url}/`);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/(default|script)-src 'self'/);
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
  expect(policy).toMatch(/frame-ancestors 'none'/);
  const html = await response.text();
  const inline = [...html.matchAll(/<script\b([^>]*)>/g)].filter((match) => !/\bsrc=/.test(match[1] ?? ""));
  expect(inline).toEqual([]);
});

test("an operator signs in", async () => {
  await page.goto(server.url);
  await page.getByLabel("User name").fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "alpha", level: 1 }).waitFor();
  // Refused passwords and the question who is signed in are 401s, which a console shows in red.
  expect(complaints.filter((complaint) => !complaint.includes("401"))).toEqual([]);
  complaints.length = 0;
});

test("projects are switched, and the page stays the same kind of page", async () => {
  await link("Logs").click();
  await page.getByRole("button", { name: /^Switch project/ }).click();
  await page.getByRole("button", { name: "beta", exact: true }).click();
  await page.getByText("No log lines match").waitFor();
  expect(new URL(page.url()).pathname).toBe("/p/beta/logs");
  await page.getByRole("button", { name: /^Switch project/ }).click();
  await page.getByRole("button", { name: "alpha", exact: true }).click();
  await page.getByText("door opened").waitFor();
});

test("the overview moves while events come in", async () => {
  await link("Overview").click();
  const received = async () => {
    const shown = /Received\D*([\d,]+)/.exec(await card("Ingest ledger").innerText())?.[1];
    return Number(shown?.replaceAll(",", ""));
  };
  const before = await eventually("the ledger is shown", async () => (await received()) || undefined);
  const more = Array.from({ length: 25 }, (_, i) => ({ type: "event", name: `live ${i}` }));
  await project.send(more);
  await eventually("the counter moves", async () => (await received()) === before + 25 || undefined);
  await page.getByText("live 24").first().waitFor();
});

test("the chart is drawn, and can be read as a table", async () => {
  const chart = card("Events per minute");
  await chart.getByRole("img", { name: /^28 events in the last 60 minutes/ }).waitFor();
  await chart.locator("canvas").first().waitFor();
  await chart.getByRole("button", { name: "Show as table" }).click();
  // The second column is the total of each minute; the events may have fallen into two of them.
  const totals = chart.getByRole("row").locator("td:nth-child(2)");
  await eventually("the table holds the same 28 events", async () => {
    const cells = await totals.allInnerTexts();
    return cells.reduce((sum, cell) => sum + Number(cell), 0) === 28 || undefined;
  });
  expect(await barriers(page)).toEqual([]);
});

test("events are searched", async () => {
  await link("Events").click();
  await page.getByText("/ordinary/page").first().waitFor();
  await page.getByRole("textbox", { name: "Search" }).fill("second attack");
  await eventually("only one is left", async () => {
    const gone = (await page.getByText("/ordinary/page").count()) === 0;
    return (gone && (await page.getByText("second attack").count()) > 0) || undefined;
  });
  expect(new URL(page.url()).searchParams.get("q")).toContain("second attack");
  expect(await barriers(page)).toEqual([]);
});

test("what attackers send is text and nothing else", async () => {
  for (const [section, needle] of [["Events", "first attack"], ["Logs", "log attack"]] as const) {
    await link(section).click();
    const row = page.getByText(needle).first();
    await row.waitFor();
    expect(await row.innerText()).toContain("<script>");
    await row.click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText(MARKUP, { exact: false }).first().waitFor();
    expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
  }
  const harm = await page.evaluate(() => ({
    pwned: (globalThis as { pwned?: number }).pwned,
    polluted: (Object.prototype as { polluted?: boolean }).polluted,
  }));
  expect(harm).toEqual({});
});

test("logs are searched in Chinese, and by level", async () => {
  await link("Logs").click();
  await page.getByRole("textbox", { name: "Search" }).fill("缺纸");
  await eventually("only the printer is left", async () => {
    const gone = (await page.getByText("door opened").count()) === 0;
    return (gone && (await page.getByText("打印机缺纸").count()) > 0) || undefined;
  });
});

test("language and theme change at once and are remembered", async () => {
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("tab", { name: "Dark" }).click();
  await page.getByRole("tab", { name: "中文" }).click();
  await page.getByRole("heading", { name: "日志" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "日志" }).waitFor();
  const root = page.locator("html");
  expect(await root.getAttribute("data-theme")).toBe("dark");
  expect(await root.getAttribute("lang")).toMatch(/^zh/);
  expect(await barriers(page)).toEqual([]);
});

test("none of this made the console complain", () => {
  expect([...new Set(complaints)]).toEqual([]);
});
