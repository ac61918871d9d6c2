import { word, words, type RawSearch } from "../../app/search";
import { KINDS } from "../../api/types";
import { validTime } from "../../lib/range";

/** Fields that filter by value; comma means any of. */
export const EVENT_FIELDS = [
  "name",
  "path",
  "session",
  "user",
  "visitor",
  "release",
  "env",
  "app",
  "fingerprint",
] as const;
export type EventField = (typeof EVENT_FIELDS)[number];

export type EventSearch = {
  from?: string | undefined;
  to?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
  /** The event shown in the drawer: its id, and its part where one report became several rows. */
  event?: string | undefined;
} & { [field in EventField]?: string | undefined };

export function validateEventSearch(raw: RawSearch): EventSearch {
  const search: EventSearch = {
    from: validTime(raw["from"]),
    to: validTime(raw["to"]),
    kind: words(raw["kind"], KINDS),
    q: word(raw["q"]),
    event: word(raw["event"]),
  };
  for (const field of EVENT_FIELDS) search[field] = word(raw[field]);
  return search;
}

export const EVENTS_FROM = "-24h";

/** What the server is asked for. */
export function eventParams(search: EventSearch): Record<string, string | undefined> {
  return { ...search, from: search.from ?? EVENTS_FROM, event: undefined };
}
