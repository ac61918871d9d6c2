/**
 * The REST contract as the dashboard sees it. The only place that knows where these types come
 * from: when they are generated from the server's OpenAPI document, only this file changes.
 */
export type Role = "admin" | "operator" | "viewer";

export interface Operator {
  id: number | string;
  username: string;
  role: Role;
  mustChangePassword: boolean;
}

export interface ProjectRef {
  slug: string;
  name: string;
  demo: boolean;
}

export interface Session {
  operator: Operator;
  csrfToken: string;
  expiresAt: number;
  projects?: ProjectRef[];
}

export interface Project extends ProjectRef {
  id: number | string;
  environments: string[];
  createdAt: number;
}

export interface OperatorRecord {
  id: number | string;
  username: string;
  role: Role;
  projects: string[];
  disabled?: boolean;
  mustChangePassword?: boolean;
  createdAt?: number;
  lastLoginAt?: number | null;
  /** One-time; only in the answer that made it. */
  password?: string;
}

export type KeyKind = "public" | "secret" | "signing";
export type Scope =
  | "ingest:events"
  | "ingest:logs"
  | "query:read"
  | "realtime:tickets"
  | "realtime:publish";

export interface Key {
  id: number | string;
  name: string;
  kind: KeyKind;
  scopes: Scope[];
  origins: string[];
  env: string | null;
  display: string;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  lastUsedAt: number | null;
  /** Only in the answer that creates or rotates the key. */
  secret?: string;
  keyId?: string;
}

export interface NewKey {
  name: string;
  kind: KeyKind;
  scopes?: Scope[];
  origins?: string[];
  env?: string;
  expiresAt?: number;
}

export interface Settings {
  enabled: boolean;
  appKind: "admin" | "consumer";
  access: {
    origins: string[];
    allowAnonymous: boolean;
    allowNoOrigin: boolean;
    requireSignature: boolean;
  };
  limits: Record<LimitName, number>;
  sampling: { rate: number | null; errorRate: number; serverRate: number };
  privacy: {
    optOut: "drop" | "anonymous" | "ignore";
    userId: "hash" | "keep" | "drop";
    keepQuery: string[];
    disabledFields: string[];
    allowedFields: string[];
    allowedEvents: string[];
    secretKeys: string[];
    keepBodies: boolean;
    maskRecordings: boolean;
  };
  retention: {
    eventsDays: number;
    errorsDays: number;
    logsDays: number;
    recordingsDays: number;
    ledgerDays: number;
  };
  sdk: { maxBatchSize: number; maxIntervalMs: number };
  devices: { offlineAfterSeconds: number };
  realtime: {
    openChannels: string[];
    allowAnonymous: boolean;
    allowLongTokens: boolean;
    ticketMinutes: number;
    reauthGraceSeconds: number;
    perUserConnections: number;
    claims: { userId: string[]; roles: string[] };
  };
  vitalsNative: "standard" | "seed";
  vitalsWebsee: "standard" | "seed";
}

export type LimitName =
  | "requestsPerMinute"
  | "burst"
  | "serverRequestsPerMinute"
  | "batchItems"
  | "bodyBytes"
  | "logBodyBytes"
  | "recordingBodyBytes"
  | "recordingRawBytes"
  | "fieldChars"
  | "textChars"
  | "propsBytes"
  | "itemsPerDay";

export const OUTCOMES = [
  "accepted",
  "duplicate",
  "sampled",
  "limited",
  "invalid",
  "denied",
  "dropped",
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Totals = Record<Outcome, number> & { received: number };

export interface LedgerRow {
  project: string | null;
  /** Start of the UTC hour. */
  hour: number;
  source: string;
  outcome: Outcome;
  reason: string;
  count: number;
}

export interface Ledger {
  rows: LedgerRow[];
  totals: Totals;
}

export const KINDS = [
  "page",
  "event",
  "api",
  "error",
  "vital",
  "perf",
  "whitescreen",
  "recording",
] as const;
export type Kind = (typeof KINDS)[number];
export type Rating = "good" | "needs-improvement" | "poor";

/** One row of telemetry; fields the sender left out are empty or null. */
export interface TelemetryEvent {
  eventId: string;
  part?: number;
  ts: number;
  receivedAt: number;
  clientTs?: number | null;
  kind: Kind;
  class?: string | null;
  name: string;
  message?: string;
  stack?: string;
  path?: string;
  url?: string;
  user?: string;
  session?: string;
  status?: number | null;
  ok?: boolean | null;
  durationMs?: number | null;
  value?: number | null;
  rating?: Rating | null;
  browser?: string;
  release?: string;
  env?: string;
  app?: string;
  props?: unknown;
  extra?: unknown;
  [field: string]: unknown;
}

export const LEVELS = ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type Level = (typeof LEVELS)[number];

export interface LogLine {
  id: string;
  device: string;
  ts: number;
  receivedAt: number;
  clientTs?: number | null;
  level: Level;
  message: string;
  tags: string[];
  app: string;
  env: string;
  release: string;
  extra?: unknown;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}

export interface AuditEntry {
  id: number | string;
  ts: number;
  actor: string;
  action: string;
  target: string;
  project: string | null;
  before?: unknown;
  after?: unknown;
  ipPrefix?: string;
  requestId?: string;
}

export type Pressure = "none" | "recordings" | "events" | "logs" | "full";

export interface SystemStatus {
  version: string;
  startedAt: number;
  uptimeMs: number;
  pressure: Pressure;
  disk: { totalBytes: number; freeBytes: number; usedBytes: number };
  inbox: { items: number; bytes: number; oldestMs: number | null; appliedSeq: number };
  /** Null while it cannot be asked. */
  warehouse: { bytes: number; events: number; logs: number; memoryLimitBytes: number } | null;
  recordings: { bytes: number; quotaBytes: number };
  ingest: Partial<Totals> & { ackP50Ms?: number | null; ackP99Ms?: number | null };
}

export interface QueryFilter {
  field: string;
  op: string;
  value?: unknown;
}

export interface QueryRequest {
  dataset: "events" | "logs";
  from: string | number;
  to?: string | number;
  timezone?: string;
  where?: QueryFilter[];
  groupBy?: string[];
  interval?: string | null;
  measures: { as: string; fn: string; field?: string; p?: number }[];
  top?: { n: number; by: string } | null;
  orderBy?: { by: string; dir: "asc" | "desc" }[];
  limit?: number;
}

export interface QueryResult {
  columns: { name: string; type: "time" | "string" | "number" | "boolean" }[];
  rows: (string | number | boolean | null)[][];
  meta: { from: number; to: number; timezone: string; intervalMs?: number | null; tookMs: number };
}
