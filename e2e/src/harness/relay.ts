import { type Server, createServer, request as forward } from "node:http";

export interface Seen {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  status: number;
  answer: string;
}

/**
 * Passes every request on unchanged and remembers it with its answer. It stands between the page
 * and the server because a browser's own tooling does not show what a page sends while it unloads.
 */
export class Relay {
  readonly seen: Seen[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static to(target: string): Promise<Relay> {
    const { hostname, port } = new URL(target);
    return new Promise((resolve, reject) => {
      const server = createServer(async (incoming, outgoing) => {
        const body = await collect(incoming);
        const { method = "GET", url: path = "/", headers } = incoming;
        const onward = forward({ hostname, port, method, path, headers }, async (answer) => {
          const content = await collect(answer);
          relay.seen.push({
            method,
            path,
            headers,
            body: body.toString(),
            status: answer.statusCode ?? 0,
            answer: content.toString(),
          });
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          outgoing.end(content);
        });
        onward.on("error", () => outgoing.writeHead(502).end());
        onward.end(body);
      });
      let relay: Relay;
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (typeof address !== "object" || !address) return reject(new Error("no address"));
        relay = new Relay(`http://127.0.0.1:${address.port}`, server);
        resolve(relay);
      });
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
