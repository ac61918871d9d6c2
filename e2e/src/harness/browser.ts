import { mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import type { RunnerTask } from "vitest";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The machine's Chromium (`CHROMIUM_PATH` names another one); nothing is downloaded. */
export function launch(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? PLACES.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium found: apt-get install chromium, or set CHROMIUM_PATH");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A page of a fresh profile that keeps what its console complained about. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, complaints };
}

/** Keeps a picture of the page when its test has failed; for `afterEach`. */
export async function photographFailure(page: Page, task: RunnerTask): Promise<void> {
  if (task.result?.state !== "fail") return;
  const dir = fileURLToPath(new URL("../../artifacts/", import.meta.url));
  await mkdir(dir, { recursive: true });
  const name = task.name.replace(/[^\p{L}\p{N}]+/gu, "-");
  await page.screenshot({ path: `${dir}${name}.png`, fullPage: true }).catch(() => undefined);
}
