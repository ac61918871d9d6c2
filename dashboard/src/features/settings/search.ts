import { oneOf, type RawSearch } from "../../app/search";

export const TABS = ["general", "access", "realtime", "limits", "sampling", "privacy", "retention"] as const;
export type Tab = (typeof TABS)[number];

export interface SettingsSearch {
  tab?: Tab | undefined;
}

export function validateSettingsSearch(raw: RawSearch): SettingsSearch {
  return { tab: oneOf(raw["tab"], TABS) };
}
