import { useSyncExternalStore } from "react";
import { recall, remember } from "../lib/storage";

export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();
const dark = matchMedia("(prefers-color-scheme: dark)");

function read(): Theme {
  const stored = recall("theme");
  return stored === "light" || stored === "dark" ? stored : "system";
}

let current = read();

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function setTheme(theme: Theme): void {
  current = theme;
  remember("theme", theme === "system" ? null : theme);
  apply(theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener("change", listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => current);
}

/** What is on the screen, the system's wish resolved. */
export function useShownTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () =>
    current === "system" ? (dark.matches ? "dark" : "light") : current,
  );
}
