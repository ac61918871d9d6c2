import type { Browser } from "playwright-core";

import { openPage } from "../harness/browser";
import { eventually } from "../harness/eventually";
import { Site } from "../harness/site";
import { bundle } from "./shop";

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Player</title>
<link rel="icon" href="data:,"></head><body><script src="/player.js"></script></body></html>`;

/**
 * Plays a recording in the stock player and returns the tag names that stand on its screen at the
 * end, once `tag` is among them. The player's frame must not be able to run scripts.
 */
export async function replay(browser: Browser, events: unknown[], tag: string): Promise<string[]> {
  const script = await bundle("player");
  const site = await Site.serve((path) => {
    if (path === "/") return { body: PAGE };
    return path === "/player.js" ? { type: "text/javascript", body: script } : undefined;
  });
  const { page } = await openPage(browser);
  try {
    await page.goto(site.origin);
    await page.evaluate((events) => {
      (globalThis as unknown as { play(events: unknown[]): void }).play(events);
    }, events);
    const frame = page.locator("iframe");
    const sandbox = await frame.getAttribute("sandbox");
    if (sandbox === null || sandbox.includes("allow-scripts")) throw new Error(`sandbox="${sandbox}"`);
    return await eventually(`<${tag}> is on the player's screen`, async () => {
      const seen = await frame.evaluate((element) => {
        const inside = (element as HTMLIFrameElement).contentDocument;
        return [...(inside?.body.querySelectorAll("*") ?? [])].map((found) => found.localName);
      });
      return seen.includes(tag) ? seen : undefined;
    });
  } finally {
    await page.context().close();
    await site.close();
  }
}
