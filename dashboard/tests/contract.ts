/**
 * Checked by the compiler alone: every field that the dashboard reads or sends exists in the types
 * generated from the server's own document. A renamed field fails `npm run typecheck` here.
 */
import type { Schema } from "@signalbox/api";
import type * as mine from "../src/api/types";

/** The names a type spells out, without its index signature. */
type Named<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: T[Name] };
type Unknown<Mine, Theirs> = Exclude<Named<Mine>, keyof Theirs>;
/** Compiles only when nothing is unknown. */
type Nothing<Names extends never> = Names;

export type Contract = [
  Nothing<Unknown<mine.Session, Schema<"Me">>>,
  Nothing<Unknown<mine.Operator, Schema<"MeOperator">>>,
  Nothing<Unknown<mine.ProjectRef, Schema<"MeProject">>>,
  Nothing<Unknown<mine.Project, Schema<"Project">>>,
  Nothing<Unknown<mine.OperatorRecord, Schema<"Operator">>>,
  Nothing<Unknown<mine.Key, Schema<"Key">>>,
  Nothing<Unknown<mine.NewKey, Schema<"NewKey">>>,
  Nothing<Unknown<mine.Settings, Schema<"ProjectSettings">>>,
  Nothing<Unknown<mine.Settings["access"], Schema<"Access">>>,
  Nothing<Unknown<mine.Settings["limits"], Schema<"Limits">>>,
  Nothing<Unknown<mine.Settings["privacy"], Schema<"Privacy">>>,
  Nothing<Unknown<mine.Settings["realtime"], Schema<"Realtime">>>,
  Nothing<Unknown<mine.Settings["realtime"]["claims"], Schema<"Claims">>>,
  Nothing<Unknown<mine.LedgerRow, Schema<"LedgerLine">>>,
  Nothing<Unknown<mine.Totals, Schema<"LedgerSums">>>,
  Nothing<Unknown<mine.TelemetryEvent, Schema<"Event">>>,
  Nothing<Unknown<mine.LogLine, Schema<"LogEntry">>>,
  Nothing<Unknown<mine.AuditEntry, Schema<"AuditEntry">>>,
  Nothing<Unknown<mine.SystemStatus, Schema<"SystemStatus">>>,
  Nothing<Unknown<mine.QueryRequest, Schema<"QueryRequest">>>,
  Nothing<Unknown<mine.QueryResult, Schema<"QueryAnswer">>>,
  Nothing<Unknown<mine.QueryResult["meta"], Schema<"QueryMeta">>>,
];
