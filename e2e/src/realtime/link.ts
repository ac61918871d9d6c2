import { type Server, type Socket, connect, createServer } from "node:net";

interface Pair {
  client: Socket;
  server: Socket;
}

/** A piece of network between client and server that can be cut at any byte, and can go silent. */
export class Link {
  readonly #pairs = new Set<Pair>();
  #cut: { after: number; done: () => void } | undefined;
  #silent = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static to(target: number): Promise<Link> {
    return new Promise((resolve, reject) => {
      const server = createServer((client) => link.#carry(client, connect(target, "127.0.0.1")));
      let link: Link;
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (typeof address !== "object" || !address) return reject(new Error("no address"));
        link = new Link(server, `http://127.0.0.1:${address.port}`);
        resolve(link);
      });
    });
  }

  /** Cuts every connection once so many more bytes of the server have gone through. */
  cutAfter(bytes: number): Promise<void> {
    return new Promise((done) => (this.#cut = { after: bytes, done }));
  }

  /** From now on nothing goes through in either direction, though nobody is told. */
  silence(): void {
    this.#silent = true;
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  close(): Promise<void> {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  #carry(client: Socket, server: Socket): void {
    const pair = { client, server };
    this.#pairs.add(pair);
    const ended = () => {
      this.#pairs.delete(pair);
      // What has been passed on still arrives.
      client.end();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", ended);
      socket.on("close", ended);
    }
    client.on("data", (chunk) => server.write(chunk));
    server.on("data", (chunk) => this.#pass(pair, chunk));
    if (this.#silent) this.silence();
  }

  #pass(pair: Pair, chunk: Buffer): void {
    const cut = this.#cut;
    if (!cut || chunk.length < cut.after) {
      if (cut) cut.after -= chunk.length;
      pair.client.write(chunk);
      return;
    }
    this.#cut = undefined;
    // The server's end first: the client is back sooner than a server notices anything.
    for (const { server } of this.#pairs) server.destroy();
    pair.client.end(chunk.subarray(0, cut.after));
    cut.done();
  }
}
