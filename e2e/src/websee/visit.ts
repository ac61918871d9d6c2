import type { Page } from "playwright-core";

import { eventually } from "../harness/eventually";
import type { Relay } from "../harness/relay";
import { reports } from "./reports";

type Trouble = Record<string, () => void>;

/** Opens the shop, waits until the SDK has noticed the blank page, and lets everything go wrong. */
export async function visit(page: Page, url: string, relay: Relay): Promise<void> {
  await page.goto(url);
  await sent(relay, "a blank page", (r) => r.type === "whiteScreen" && r.status === "error");
  const troubles = await page.evaluate(() =>
    Object.keys((globalThis as unknown as { trouble: Trouble }).trouble),
  );
  for (const name of troubles) {
    await page.evaluate((name) => {
      // Not awaited: some troubles are promises that never settle well.
      (globalThis as unknown as { trouble: Trouble }).trouble[name]?.();
    }, name);
  }
  await page.evaluate(() => {
    const shop = document.createElement("main");
    shop.style.cssText = "position: fixed; inset: 0";
    shop.innerHTML = "<h1>Shop</h1><button>Buy now</button>";
    document.body.append(shop);
  });
}

/** Stays until the recording has been sent, then leaves, which flushes the layout shift score. */
export async function leave(page: Page, relay: Relay): Promise<void> {
  await sent(relay, "a page that is no longer blank", (r) => r.type === "whiteScreen" && r.status === "ok");
  await eventually(
    "a recording is sent",
    async () => {
      // The recorder only looks at its clock when something happens in the page.
      await page.getByRole("button", { name: "Buy now" }).click();
      return reports(relay).some((r) => r.type === "recordScreen") || undefined;
    },
    { every: 250 },
  );
  await page.goto("about:blank");
  await sent(relay, "the layout shift score", (r) => r.name === "CLS");
}

type Report = ReturnType<typeof reports>[number];

export function sent(relay: Relay, what: string, is: (report: Report) => boolean): Promise<true> {
  return eventually(`${what} is reported`, () => reports(relay).some(is) || undefined);
}
