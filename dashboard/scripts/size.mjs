// Fails when what the browser must load before the first page exceeds its budget.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGETS = { js: 150_000, css: 20_000 };

const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(fileURLToPath(new URL("index.html", dist)), "utf8");

if (/<script(?![^>]*\ssrc=)/.test(html) || /\sstyle=/.test(html)) {
  console.error("index.html holds an inline script or style; the page's policy would block it");
  process.exit(1);
}

const total = { js: 0, css: 0 };
for (const [, path, kind] of html.matchAll(/(?:src|href)="\/([^"]+\.(js|css))"/g)) {
  const bytes = gzipSync(readFileSync(fileURLToPath(new URL(path, dist))), { level: 9 }).length;
  total[kind] += bytes;
  console.log(`${String(bytes).padStart(8)}  ${path}`);
}

let failed = false;
for (const [kind, budget] of Object.entries(BUDGETS)) {
  const over = total[kind] > budget;
  failed ||= over;
  console.log(`initial ${kind}: ${total[kind]} bytes gzip of ${budget}${over ? " — TOO MUCH" : ""}`);
}
process.exit(failed ? 1 : 0);
