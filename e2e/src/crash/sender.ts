import { type Dice, between } from "./dice";

/** One batch as it goes over the wire, however often. */
export interface Batch {
  ids: string[];
  body: string;
}

export interface Account {
  /** Ids whose acceptance the server has confirmed. */
  acknowledged: Set<string>;
  /** Requests whose answer never came. */
  unanswered: number;
}

export interface Route {
  path: string;
  batch(ids: string[]): unknown;
  /** How many items the answer accounts for, stored now or before. */
  taken(answer: unknown): number;
}

export const EVENTS: Route = {
  path: "/api/telemetry/batch",
  batch: (ids) => ({
    app: "crash",
    env: "production",
    release: "1.0.0",
    sessionId: "s-1",
    events: ids.map((id) => ({ type: "event", name: "tick", eventId: id, ts: Date.now(), props: { id } })),
  }),
  taken: (answer) => {
    const { accepted, duplicates } = answer as { accepted: number; duplicates: number };
    return accepted + duplicates;
  },
};

export const LOGS: Route = {
  path: "/api/logs",
  batch: (ids) =>
    ids.map((id) => ({
      id,
      deviceId: "crash-device",
      timestamp: new Date().toISOString(),
      level: "INFO",
      message: `tick ${id}`,
    })),
  taken: (answer) => {
    const { data } = answer as { data: { accepted: number; duplicates: number } };
    return data.accepted + data.duplicates;
  },
};

/**
 * A client that behaves as the protocol asks: it keeps a batch until the server has confirmed it
 * and sends it again, unchanged, whenever it cannot know. Now and then it also repeats a batch
 * that was confirmed, as a client does that died before it could note so.
 */
export class Sender {
  readonly account: Account = {
    acknowledged: new Set(),
    unanswered: 0,
  };
  #running = true;
  #next = 0;

  constructor(
    private readonly name: string,
    private readonly base: string,
    private readonly key: string,
    private readonly route: Route,
    private readonly dice: Dice,
  ) {}

  sends(route: Route): boolean {
    return this.route === route;
  }

  async run(): Promise<void> {
    while (this.#running) {
      const batch = this.#compose();
      await this.#deliver(batch);
      if (this.dice() < 0.1) await this.#deliver(batch);
    }
  }

  /** Stops after the batch at hand has been delivered. */
  stop(): void {
    this.#running = false;
  }

  #compose(): Batch {
    const size = between(this.dice, 1, 40);
    const ids = Array.from({ length: size }, () => `${this.name}-${this.#next++}`);
    return { ids, body: JSON.stringify(this.route.batch(ids)) };
  }

  async #deliver(batch: Batch): Promise<void> {
    while (!(await this.#attempt(batch))) await breathe();
    for (const id of batch.ids) this.account.acknowledged.add(id);
  }

  async #attempt(batch: Batch): Promise<boolean> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(this.base + this.route.path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": this.key },
        body: batch.body,
      });
      answer = await response.json();
    } catch {
      // Refused, reset or cut off in the middle: whether it was stored is unknown.
      this.account.unanswered += 1;
      return false;
    }
    if (response.status === 503 || response.status === 429) return false;
    if (response.status !== 200 || this.route.taken(answer) !== batch.ids.length) {
      throw new Error(`${this.name}: ${response.status} ${JSON.stringify(answer)}`);
    }
    return true;
  }
}

/** Lets other senders and the killer have their turn before the next attempt. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
