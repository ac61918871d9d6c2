import type { TelemetryEvent } from "../../api/types";

/** Shown in sections of their own. */
const ELSEWHERE = new Set(["props", "extra", "stack"]);

/** Objects may arrive as their JSON text. */
export function asJson(value: unknown): unknown {
  if (typeof value !== "string") return value ?? {};
  if (value === "") return {};
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The breadcrumbs out of the extra fields, and whatever else is there. */
export function leftover(extra: unknown): { breadcrumbs: unknown; rest: unknown } {
  const value = asJson(extra);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { breadcrumbs: undefined, rest: value };
  }
  const { breadcrumbs, breadcrumb, ...rest } = value as Record<string, unknown>;
  return { breadcrumbs: breadcrumbs ?? breadcrumb, rest };
}

/** Every field that says something. */
export function otherFields(event: TelemetryEvent): [string, unknown][] {
  return Object.entries(event).filter(
    ([name, value]) =>
      !ELSEWHERE.has(name) && value !== null && value !== undefined && value !== "",
  );
}
