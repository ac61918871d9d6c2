import { api, path } from "../../api/client";
import type { Kind, Page, TelemetryEvent } from "../../api/types";

export function eventKey(event: TelemetryEvent): string {
  return event.part ? `${event.eventId}~${event.part}` : event.eventId;
}

export function kindColor(kind: string): string {
  return `--c-${kind}`;
}

export function loadEvents(
  slug: string,
  params: Record<string, string | undefined>,
  limit: number,
  signal: AbortSignal,
  cursor?: string,
): Promise<Page<TelemetryEvent>> {
  return api.get(path`/api/projects/${slug}/events`, {
    params: { ...params, limit, cursor },
    signal,
  });
}

export function loadEvent(slug: string, key: string, signal: AbortSignal) {
  const [id = "", part] = key.split("~");
  return api
    .get<Page<TelemetryEvent>>(path`/api/projects/${slug}/events/${id}`, { signal })
    .then(({ items }) => ({
      event: items.find((item) => String(item.part ?? 0) === (part ?? "0")) ?? items[0],
      rows: items.length,
    }));
}

/** The one line that says what happened. */
export function headline(
  event: TelemetryEvent,
  classes: Record<string, string>,
): { name: string; more: string } {
  const message = event.message ?? "";
  if (event.kind === "error") {
    const kind = event.class ?? "";
    // A failed request is best told by what was requested.
    const more = kind === "http" && message ? event.name : (classes[kind] ?? kind);
    return { name: message || event.name, more };
  }
  if (event.kind === "page") return { name: event.path || event.name, more: "" };
  return { name: event.name || message, more: event.name ? message : "" };
}

export type Tone = "good" | "warn" | "bad" | "neutral";

export function statusTone(event: TelemetryEvent): Tone {
  const status = event.status;
  if (typeof status === "number") {
    if (status >= 500 || status === 0) return "bad";
    return status >= 400 ? "warn" : "good";
  }
  if (event.ok === false) return "bad";
  return "neutral";
}

export const RATING_TONES = {
  good: "good",
  "needs-improvement": "warn",
  poor: "bad",
} as const;

/** What an event's value counts: CLS is a score, every other vital a time. */
export function unitOf(kind: Kind, name: string): "ms" | "bytes" | "number" {
  if (kind === "vital") return name.toUpperCase() === "CLS" ? "number" : "ms";
  return kind === "perf" && name === "memory" ? "bytes" : "number";
}
