import { oneOf, type RawSearch } from "../../app/search";
import { validTime } from "../../lib/range";

export interface LedgerSearch {
  from?: string | undefined;
  to?: string | undefined;
  /** `server`: everything, also what belongs to no project. Administrators only. */
  scope?: "server" | undefined;
}

export function validateLedgerSearch(raw: RawSearch): LedgerSearch {
  return {
    from: validTime(raw["from"]),
    to: validTime(raw["to"]),
    scope: oneOf(raw["scope"], ["server"] as const),
  };
}

export const LEDGER_FROM = "-24h";
