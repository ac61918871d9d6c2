import WebSocket, { type ClientOptions, type RawData } from "ws";

import { Inbox } from "./inbox";

export interface Closed {
  code: number;
  reason: string;
}

export interface WireOptions extends ClientOptions {
  beats?: boolean;
}

/** A WebSocket that keeps what it receives: text as a string, binary as a Buffer. */
export class Wire {
  readonly messages = new Inbox<string | Buffer>("message");
  readonly #closed = new Inbox<Closed>("close of the connection");
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket, beats: boolean) {
    this.#socket = socket;
    socket.on("message", (data: RawData, binary: boolean) => {
      const message = binary ? (data as Buffer) : (data as Buffer).toString();
      if (beats && message === "2") socket.send("3");
      else this.messages.push(message);
    });
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => this.#closed.push({ code, reason: reason.toString() }));
  }

  /** With `beats` the pings of Engine.IO are answered and not kept. */
  static open(url: string, { beats = false, ...options }: WireOptions = {}): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
      // At once: messages may come with the answer to the handshake.
      const wire = new Wire(socket, beats);
      socket.once("open", () => resolve(wire));
      socket.once("error", reject);
    });
  }

  /** The status with which a handshake is refused, or that it was closed without a good frame. */
  static refused(url: string): Promise<number | "closed"> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.once("unexpected-response", (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.once("message", () => reject(new Error(`${url} was accepted`)));
      socket.once("close", () => resolve("closed"));
      socket.once("error", () => undefined);
    });
  }

  get extensions(): string {
    return this.#socket.extensions;
  }

  send(data: string | Buffer, options: { fin?: boolean; binary?: boolean; compress?: boolean } = {}): void {
    this.#socket.send(data, options);
  }

  sendAll(...messages: (string | Buffer)[]): void {
    for (const message of messages) this.send(message);
  }

  /** Waits for the next message and takes it for text. */
  async text(): Promise<string> {
    const message = await this.messages.next();
    if (typeof message !== "string") throw new Error(`binary instead of text: ${message.toString("hex")}`);
    return message;
  }

  /** Waits until either side has closed. */
  closed(within?: number): Promise<Closed> {
    return this.#closed.next(within);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  /** Drops the connection without a goodbye. */
  drop(): void {
    this.#socket.terminate();
  }
}
