import type { StoredEvent } from "../harness/types";
import type { Report } from "./reports";

/** Which row a report must have become. */
export function kindOf(report: Report): { kind: string; class?: string } {
  switch (report.type) {
    case "error":
      return { kind: "error", class: "js" };
    case "unhandledrejection":
      return { kind: "error", class: "promise" };
    case "resource":
      return { kind: "error", class: "resource" };
    case "xhr":
    case "fetch":
      return { kind: "error", class: "http" };
    case "whiteScreen":
      return { kind: "whitescreen" };
    case "recordScreen":
      // The segment itself stands beside the events.
      return { kind: "recording" };
    case "performance":
      return { kind: report.value === undefined ? "perf" : "vital" };
    default:
      return { kind: "error", class: "custom" };
  }
}

/** The rows that tell the same story as `report`; there must be exactly one. */
export function rowsOf(report: Report, stored: StoredEvent[]): StoredEvent[] {
  const want = kindOf(report);
  return stored.filter(
    (row) =>
      row.kind === want.kind &&
      (want.class === undefined || row.class === want.class) &&
      row.pageId === report.uuid &&
      // Client and server share a clock here, so that no correction is due.
      row.ts === report.time &&
      (report.type !== "performance" || spelling(row.name) === spelling(report.name ?? "")),
  );
}

const spelling = (name: string) => name.replace("resource_list", "resourceList");

/** Fields that the server must not keep as they came, each checked on its own by the test. */
const CHANGED = new Set([
  "type", // became kind and class
  "status", // became ok
  "apikey",
  "userId", // pseudonymised
  "pageUrl", // scrubbed of its query
  "events", // decoded, stored beside the events
]);

/**
 * Every value of the report that is nowhere in its row: neither in a column nor in the extra
 * fields. Empty when nothing was lost.
 */
export function lost(report: Report, row: StoredEvent): string[] {
  const kept = new Set<string>();
  for (const [, value] of leaves(row)) kept.add(comparable(value));
  const missing: string[] = [];
  for (const [path, value] of leaves(report)) {
    const top = path.split(".")[0] ?? path;
    // "Unknow" (sic) is how the SDK spells a device that it does not know.
    // And `resource_list` how an older one spells `resourceList`.
    const spelt = value === "" || value === "Unknow" || value === "resource_list";
    if (CHANGED.has(top) || spelt || isSecret(path, value)) continue;
    if (!kept.has(comparable(value))) missing.push(`${path} = ${JSON.stringify(value)}`);
  }
  return missing;
}

/** Values with personal data or secrets in them, or URLs whose query goes: the server changes them. */
function isSecret(path: string, value: unknown): boolean {
  return /hunter2|[?&]|customer-17/.test(String(value)) || path.endsWith("requestData.data");
}

function comparable(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(10)));
  return String(value).toLowerCase();
}

function* leaves(value: unknown, path = ""): Generator<[string, unknown]> {
  if (value === null || value === undefined) return;
  if (typeof value !== "object") {
    yield [path, value];
    // Some fields hold JSON as text; what is inside counts as kept too.
    if (typeof value === "string" && /^[[{]/.test(value)) {
      try {
        yield* leaves(JSON.parse(value), path);
      } catch {
        return;
      }
    }
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path ? `${path}.${key}` : key);
}
