/**
 * Search parameters are plain words in the address (`?kind=error,api&from=-1h`), never JSON: they
 * are read by people and passed on in chats. Every route validates what it takes from them.
 */
export type RawSearch = Record<string, unknown>;

export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: RawSearch): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) {
      params.set(name, String(value));
    }
  }
  const text = params.toString();
  return text && `?${text}`;
}

const LONGEST = 512;

export function word(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const trimmed = value.trim();
  return trimmed === "" || trimmed.length > LONGEST ? undefined : trimmed;
}

/** A comma list of which only known words stay. */
export function words<T extends string>(value: unknown, known: readonly T[]): string | undefined {
  if (typeof value !== "string") return undefined;
  const kept = value.split(",").filter((part) => (known as readonly string[]).includes(part));
  return kept.length > 0 ? [...new Set(kept)].join(",") : undefined;
}

export function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((candidate) => candidate === value);
}

export function list(value: string | undefined): string[] {
  return value ? value.split(",") : [];
}

/** Where to go after signing in: a path of this site, nothing else. */
export function safeNext(value: unknown): string | undefined {
  if (typeof value !== "string" || !/^\/(?![/\\])/.test(value)) return undefined;
  return value.startsWith("/login") ? undefined : value;
}
