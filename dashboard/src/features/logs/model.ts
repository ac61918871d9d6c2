import { api, path } from "../../api/client";
import type { Level, LogLine, Page } from "../../api/types";
import type { Tone } from "../../ui/Badge";

export function logKey(line: LogLine): string {
  return `${line.device}~${line.id}`;
}

export function loadLogs(
  slug: string,
  params: Record<string, string | undefined>,
  limit: number,
  signal: AbortSignal,
  cursor?: string,
): Promise<Page<LogLine>> {
  return api.get(path`/api/projects/${slug}/logs`, {
    params: { ...params, limit, cursor },
    signal,
  });
}

export const LEVEL_TONES: Record<Level, Tone> = {
  DEBUG: "neutral",
  INFO: "info",
  WARN: "warn",
  ERROR: "bad",
  FATAL: "bad",
};

export const LEVEL_COLORS: Record<Level, string> = {
  DEBUG: "--ink-3",
  INFO: "--info",
  WARN: "--c-vital",
  ERROR: "--c-error",
  FATAL: "--c-whitescreen",
};
