import { word, words, type RawSearch } from "../../app/search";
import { LEVELS } from "../../api/types";
import { validTime } from "../../lib/range";

export const LOG_FIELDS = ["device", "tag", "app", "env"] as const;
export type LogField = (typeof LOG_FIELDS)[number];

export type LogSearch = {
  from?: string | undefined;
  to?: string | undefined;
  level?: string | undefined;
  q?: string | undefined;
  /** The line shown in the drawer. */
  log?: string | undefined;
} & { [field in LogField]?: string | undefined };

export function validateLogSearch(raw: RawSearch): LogSearch {
  const level = typeof raw["level"] === "string" ? raw["level"].toUpperCase() : undefined;
  const search: LogSearch = {
    from: validTime(raw["from"]),
    to: validTime(raw["to"]),
    level: words(level, LEVELS),
    q: word(raw["q"]),
    log: word(raw["log"]),
  };
  for (const field of LOG_FIELDS) search[field] = word(raw[field]);
  return search;
}

export const LOGS_FROM = "-24h";

export function logParams(search: LogSearch): Record<string, string | undefined> {
  return { ...search, from: search.from ?? LOGS_FROM, log: undefined };
}
