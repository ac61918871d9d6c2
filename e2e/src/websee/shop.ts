import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { Site } from "../harness/site";

export type Sdk = "page" | "legacy";

/**
 * The customer's shop: a page with the stock SDK in it, on an origin that is not Signalbox's. Its
 * body is blank at first, as a broken single-page app's would be.
 */
export async function openShop(sdk: Sdk): Promise<Site> {
  const script = await bundle(sdk);
  return Site.serve((path) => {
    if (path === "/") return { body: PAGE };
    if (path === "/app.js") return { type: "text/javascript", body: script };
    if (path === "/broken") return { status: 503, type: "text/plain", body: "try later" };
    return undefined;
  });
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="data:,"></head>
<body><div id="app"></div><script>
  const given = new URLSearchParams(location.search);
  globalThis.settings = { dsn: given.get("dsn"), apikey: given.get("key"), userId: "customer-17" };
</script><script src="/app.js"></script></body></html>`;

/** What a page would load: one of the `*.entry.js` beside this file with all it imports. */
export async function bundle(entry: Sdk | "player"): Promise<string> {
  const built = await build({
    entryPoints: [fileURLToPath(new URL(`./${entry}.entry.js`, import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "chrome120",
    logLevel: "error",
  });
  const file = built.outputFiles[0];
  if (!file) throw new Error("nothing was bundled");
  return file.text;
}
