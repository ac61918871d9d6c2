import { recall, remember } from "../lib/storage";

export const LANGS = ["en", "zh"] as const;
export type Lang = (typeof LANGS)[number];

/** The remembered language, or the browser's. */
export function initialLang(stored: string | null, preferred: readonly string[]): Lang {
  if (stored === "en" || stored === "zh") return stored;
  for (const tag of preferred) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

export function detectLang(): Lang {
  return initialLang(recall("lang"), navigator.languages);
}

export function rememberLang(lang: Lang): void {
  remember("lang", lang);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
}
