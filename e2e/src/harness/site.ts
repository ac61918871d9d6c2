import { type IncomingMessage, type Server, createServer } from "node:http";

export interface Answer {
  status?: number;
  type?: string;
  body?: string | Buffer;
}

/** A small web site on a port of its own: the customer's page, a foreign origin to Signalbox. */
export class Site {
  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static serve(answer: (path: string, request: IncomingMessage) => Answer | undefined): Promise<Site> {
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        request.resume();
        const path = new URL(request.url ?? "/", "http://site").pathname;
        const found = answer(path, request) ?? { status: 404, type: "text/plain", body: "not here" };
        response.writeHead(found.status ?? 200, { "content-type": found.type ?? "text/html" });
        response.end(found.body ?? "");
      });
      server.on("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (typeof address !== "object" || !address) return reject(new Error("no address"));
        resolve(new Site(`http://127.0.0.1:${address.port}`, server));
      });
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
