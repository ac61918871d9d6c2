import { word, type RawSearch } from "../../app/search";
import { validTime } from "../../lib/range";

export interface AuditSearch {
  from?: string | undefined;
  to?: string | undefined;
  q?: string | undefined;
  project?: string | undefined;
}

export function validateAuditSearch(raw: RawSearch): AuditSearch {
  return {
    from: validTime(raw["from"]),
    to: validTime(raw["to"]),
    q: word(raw["q"]),
    project: word(raw["project"]),
  };
}

export const AUDIT_FROM = "-30d";
