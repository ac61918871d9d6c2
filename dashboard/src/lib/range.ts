/** Time ranges as they stand in the URL: relative (`-15m`) or absolute milliseconds. */
export interface Range {
  from: string;
  /** Empty: until now. */
  to?: string | undefined;
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const RELATIVE = /^-(\d{1,6})([smhdw])$/;

export const PRESETS = ["-15m", "-1h", "-6h", "-24h", "-7d", "-30d"] as const;
export type Preset = (typeof PRESETS)[number];

export function isPreset(from: string): from is Preset {
  return (PRESETS as readonly string[]).includes(from);
}

/** What a time parameter means at `now`, or null when it means nothing. */
export function resolveTime(value: string | undefined, now: number): number | null {
  if (!value) return null;
  const relative = RELATIVE.exec(value);
  if (relative) {
    return now - Number(relative[1]) * UNITS[relative[2] as keyof typeof UNITS];
  }
  if (!/^\d{10,14}$/.test(value)) return null;
  return Number(value);
}

export function validTime(value: unknown): string | undefined {
  return typeof value === "string" && resolveTime(value, 0) !== null ? value : undefined;
}

/** `datetime-local` fields speak local time without a zone. */
export function toLocalInput(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

export function fromLocalInput(value: string): number | null {
  const ms = new Date(value).getTime();
  return Number.isFinite(ms) ? ms : null;
}
