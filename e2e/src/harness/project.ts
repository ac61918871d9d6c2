import { type Client, HttpError } from "./client";
import type { LedgerTotals, StoredEvent } from "./types";

export interface Key {
  id: number;
  display: string;
  secret?: string;
}

/** A project made for one test, with a public and a secret key. */
export class Project {
  constructor(
    readonly client: Client,
    readonly slug: string,
    /** Ships in pages; its origins are those of the project. */
    readonly publicKey: string,
    /** For back ends: sends everything, reads everything. */
    readonly secretKey: string,
  ) {}

  static async create(client: Client, slug: string, settings: object = {}): Promise<Project> {
    await client.post("/api/projects", { slug, name: slug, environments: ["production"] });
    const path = `/api/projects/${slug}`;
    const current = await client.get<object>(`${path}/settings`);
    await client.put(`${path}/settings`, merge(current, settings));
    const key = (kind: string, scopes: string[]) =>
      client.post<Key>(`${path}/keys`, { name: `${slug} ${kind}`, kind, scopes });
    const ingest = ["ingest:events", "ingest:logs"];
    const open = await key("public", ingest);
    const secret = await key("secret", [...ingest, "query:read"]);
    return new Project(client, slug, open.secret ?? open.display, secret.secret ?? "");
  }

  get path(): string {
    return `/api/projects/${this.slug}`;
  }

  /** Every stored event that matches, over all pages. */
  async events(query: Record<string, string> = {}): Promise<StoredEvent[]> {
    const found: StoredEvent[] = [];
    let cursor: string | undefined;
    do {
      const page: { items: StoredEvent[]; nextCursor?: string | null } = await this.client.get(
        `${this.path}/events`,
        { limit: 500, cursor, ...query },
      );
      found.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return found;
  }

  /** Sends events as a back end does, and returns the answer. */
  send(events: object[], batch: object = {}): Promise<unknown> {
    return this.#ingest("/api/telemetry/batch", { app: "shop", env: "production", ...batch, events });
  }

  sendLogs(logs: object[]): Promise<unknown> {
    return this.#ingest("/api/logs", logs);
  }

  async #ingest(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.client.base + path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": this.secretKey },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.status !== 200) throw new HttpError(response.status, answer, path);
    return answer;
  }

  async ledger(): Promise<LedgerTotals> {
    const ledger = await this.client.get<{ totals: LedgerTotals }>("/api/ledger", {
      project: this.slug,
    });
    return ledger.totals;
  }
}

function merge(base: object, changes: object): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const old = merged[key];
    const nested = isPlain(old) && isPlain(value);
    merged[key] = nested ? merge(old, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
