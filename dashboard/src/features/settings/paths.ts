import type { Messages } from "../../i18n";
import type { Settings } from "../../api/types";
import type { Tab } from "./search";

/** Every field of the form by its path in the document, as the server names it in problems. */
export type FieldPath = keyof Messages["settings"]["fields"];

type Group = Record<string, unknown>;

export function read(settings: Settings, path: FieldPath): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, part) => (value as Group | undefined)?.[part], settings);
}

/** A copy with one field changed. */
export function write(settings: Settings, path: FieldPath, value: unknown): Settings {
  return replace(settings as unknown as Group, path.split("."), value) as unknown as Settings;
}

function replace(group: Group, [head = "", ...rest]: string[], value: unknown): Group {
  const below = (group[head] ?? {}) as Group;
  return { ...group, [head]: rest.length > 0 ? replace(below, rest, value) : value };
}

const TAB_OF_GROUP: Record<string, Tab> = {
  access: "access",
  realtime: "realtime",
  limits: "limits",
  devices: "limits",
  sampling: "sampling",
  privacy: "privacy",
  retention: "retention",
};

/** Where a field is found in the form. */
export function tabOf(path: string): Tab {
  return TAB_OF_GROUP[path.split(".")[0] ?? ""] ?? "general";
}

/** The first number that is missing; only the SDK's sample rate may be absent. */
export function firstMissing(settings: Settings): string | undefined {
  for (const [group, fields] of Object.entries(settings)) {
    if (typeof fields !== "object") continue;
    for (const [name, value] of Object.entries(fields as Group)) {
      const path = `${group}.${name}`;
      if (value === null && path !== "sampling.rate") return path;
    }
  }
  return undefined;
}
