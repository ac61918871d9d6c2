/**
 * Types of the REST API, generated from the server's OpenAPI document: change the server, refresh
 * `crates/server/openapi.json`, then `npm run generate`. `npm run check` fails while this is stale.
 */
import type { components, operations, paths } from "./schema.js";

export type { operations, paths };

/** A schema of the document by its name, as in `Schema<"Event">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type Method = "get" | "put" | "post" | "patch" | "delete";

/** What `method path` answers with when it succeeds, as in `Answer<"/api/ledger", "get">`. */
export type Answer<Path extends keyof paths, Verb extends Method> = paths[Path][Verb] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

/** The body that `method path` takes. */
export type Body<Path extends keyof paths, Verb extends Method> = paths[Path][Verb] extends {
  requestBody?: { content: { "application/json": infer Sent } };
}
  ? Sent
  : never;

// The shapes that the dashboard lives on. A route that is renamed fails here first.
export type Event = Schema<"Event">;
export type LogEntry = Schema<"LogEntry">;
export type Ledger = Answer<"/api/ledger", "get">;
export type EventPage = Answer<"/api/projects/{project}/events", "get">;
export type QueryRequest = Body<"/api/projects/{project}/query", "post">;
export type QueryAnswer = Answer<"/api/projects/{project}/query", "post">;
