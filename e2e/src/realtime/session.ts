import { request } from "node:http";

/** The last seven bits of ASCII stay free for text: this one separates packets of one body. */
const SEPARATOR = "\x1e";

export interface Handshake {
  sid: string;
  upgrades: string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
}

/** An Engine.IO session over long-polling, written by hand so that it can also misbehave. */
export class Session {
  #unread: string[] = [];

  private constructor(
    private readonly base: string,
    readonly handshake: Handshake,
  ) {}

  /** `base` is the server's address with its path, `http://…/engine.io/`. */
  static async open(base: string): Promise<Session> {
    const response = await fetch(`${base}?EIO=4&transport=polling`);
    const text = await response.text();
    if (response.status !== 200 || !text.startsWith("0")) throw new Error(`${response.status}: ${text}`);
    return new Session(base, JSON.parse(text.slice(1)) as Handshake);
  }

  get url(): string {
    return `${this.base}?EIO=4&transport=polling&sid=${this.handshake.sid}`;
  }

  /** Where a WebSocket takes over this session. */
  get upgradeUrl(): string {
    return this.url.replace("http", "ws").replace("polling", "websocket");
  }

  get(signal?: AbortSignal): Promise<Response> {
    return fetch(this.url, signal ? { signal } : {});
  }

  /** A poll that waits at the server when this returns: requests after it have been answered. */
  async waiting(signal?: AbortSignal): Promise<{ poll: Promise<Response> }> {
    const poll = this.get(signal);
    // Not unhandled while nobody looks at it yet.
    poll.catch(() => undefined);
    for (let i = 0; i < 3; i++) await this.send("3");
    // Within an object, because a promise alone would be waited for.
    return { poll };
  }

  post(body: BodyInit): Promise<Response> {
    // A stream goes one way at a time: the answer may not be read before all is sent.
    return fetch(this.url, { method: "POST", body, duplex: "half" } as RequestInit);
  }

  /** The status that a post is answered with of which only the header was sent. */
  announce(length: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const post = request(this.url, { method: "POST", headers: { "content-length": length } });
      post.on("error", reject);
      post.on("response", ({ statusCode = 0 }) => {
        resolve(statusCode);
        post.off("error", reject).on("error", () => undefined).destroy();
      });
      post.flushHeaders();
    });
  }

  async send(...packets: string[]): Promise<void> {
    const response = await this.post(packets.join(SEPARATOR));
    const answer = await response.text();
    if (response.status !== 200 || answer !== "ok") throw new Error(`${response.status}: ${answer}`);
  }

  /** The next packet; pings are answered on the way. */
  async next(): Promise<string> {
    for (;;) {
      const packet = await this.nextRaw();
      if (packet !== "2") return packet;
      await this.send("3");
    }
  }

  /** The next packet, whatever it is. */
  async nextRaw(): Promise<string> {
    if (this.#unread.length === 0) {
      const response = await this.get();
      const text = await response.text();
      if (response.status !== 200) throw new Error(`the poll was answered ${response.status}: ${text}`);
      this.#unread = text.split(SEPARATOR);
    }
    return this.#unread.shift() as string;
  }

  async take(count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** Polls until the server says that it knows this session no longer. */
  async ended(): Promise<number> {
    for (;;) {
      const response = await this.get();
      await response.text();
      if (response.status !== 200) return response.status;
    }
  }
}
