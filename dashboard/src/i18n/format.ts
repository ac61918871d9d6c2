import type { Lang } from "./lang";

const LOCALES: Record<Lang, string> = { en: "en-GB", zh: "zh-CN" };
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Numbers and times for people, one instance per language. */
export function createFormat(lang: Lang) {
  const locale = LOCALES[lang];
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const minute = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const date = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric" });
  const full = new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const dayMinute = new Intl.DateTimeFormat(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const pad = (ms: number) => String(Math.abs(Math.trunc(ms) % 1000)).padStart(3, "0");

  return {
    number: (value: number) => number.format(value),
    compact: (value: number) => (Math.abs(value) < 10_000 ? number : compact).format(value),
    percent: (share: number) => percent.format(share),
    clock: (ms: number) => clock.format(ms),
    clockMs: (ms: number) => `${clock.format(ms)}.${pad(ms)}`,
    minute: (ms: number) => minute.format(ms),
    date: (ms: number) => date.format(ms),
    dateTime: (ms: number) => full.format(ms),
    dateTimeMs: (ms: number) => `${full.format(ms)}.${pad(ms)}`,
    dayMinute: (ms: number) => dayMinute.format(ms),
    bytes(value: number): string {
      let unit = 0;
      let scaled = value;
      while (scaled >= 1024 && unit < BYTE_UNITS.length - 1) {
        scaled /= 1024;
        unit += 1;
      }
      const digits = unit === 0 || scaled >= 100 ? 0 : 1;
      return `${scaled.toFixed(digits)} ${BYTE_UNITS[unit] ?? ""}`;
    },
    duration(ms: number): string {
      if (ms < 10) return `${number.format(Math.round(ms * 10) / 10)} ms`;
      if (ms < 1_000) return `${Math.round(ms)} ms`;
      if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
      const minutes = Math.floor(ms / 60_000);
      if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`;
      const hours = Math.floor(minutes / 60);
      if (hours < 48) return `${hours} h ${minutes % 60} min`;
      return `${Math.floor(hours / 24)} d ${hours % 24} h`;
    },
    ago(ms: number, now: number): string {
      const seconds = Math.round((ms - now) / 1_000);
      const size = Math.abs(seconds);
      if (size < 60) return relative.format(seconds, "second");
      if (size < 3_600) return relative.format(Math.round(seconds / 60), "minute");
      if (size < 86_400) return relative.format(Math.round(seconds / 3_600), "hour");
      return relative.format(Math.round(seconds / 86_400), "day");
    },
  };
}

export type Format = ReturnType<typeof createFormat>;
