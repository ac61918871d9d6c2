/** What the tests read of a stored event; the API returns more. */
export interface StoredEvent {
  eventId: string;
  part: number;
  ts: number;
  receivedAt: number;
  clientTs?: number | null;
  kind: string;
  class?: string | null;
  name: string;
  app: string;
  env: string;
  release: string;
  sdkVersion: string;
  session: string;
  visitor: string;
  user: string;
  pageId: string;
  url: string;
  path: string;
  status?: number | null;
  ok?: boolean | null;
  durationMs?: number | null;
  value?: number | null;
  rating?: string | null;
  clientRating?: string | null;
  message: string;
  stack: string;
  file: string;
  line?: number | null;
  column?: number | null;
  fingerprint: string;
  recordingId: string;
  browser: string;
  browserVersion: string;
  os: string;
  osVersion: string;
  device: string;
  deviceType: string;
  ipPrefix: string;
  bot: boolean;
  source: string;
  sampleRate: number;
  props: Record<string, unknown>;
  extra: Record<string, unknown>;
}

export interface LedgerTotals {
  received: number;
  accepted: number;
  duplicate: number;
  sampled: number;
  limited: number;
  invalid: number;
  denied: number;
  dropped: number;
}

export const OUTCOMES = [
  "accepted",
  "duplicate",
  "sampled",
  "limited",
  "invalid",
  "denied",
  "dropped",
] as const;
