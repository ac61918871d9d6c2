import { type ManagerOptions, type Socket, type SocketOptions, io } from "socket.io-client";

import { Inbox } from "./inbox";

/** How long clients wait for an answer, in milliseconds. */
export const PATIENCE = 5000;

export type Options = Partial<ManagerOptions & SocketOptions>;

/** The ways a stock client reaches a server. */
export const ROUTES: [string, Options][] = [
  ["by polling", { transports: ["polling"] }],
  ["by WebSocket", { transports: ["websocket"] }],
  ["by polling with an upgrade", {}],
];

/** Stock clients that leave together when their test is over. */
export class Cast {
  readonly #clients: Socket[] = [];

  /** A client that is not yet connected, so that nothing it receives can be missed. */
  client(url: string, options: Options = {}): Socket {
    const alone = { autoConnect: false, forceNew: true, reconnection: false };
    const socket = io(url, { ...alone, ackTimeout: PATIENCE, ...options });
    this.#clients.push(socket);
    return socket;
  }

  /** A client that is connected. */
  async enter(url: string, options: Options = {}): Promise<Socket> {
    const socket = this.client(url, options);
    await connected(socket);
    return socket;
  }

  leave(): void {
    for (const socket of this.#clients.splice(0)) socket.disconnect();
  }
}

/** Connects and waits until the namespace has accepted, or fails with its refusal. */
export function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer to a connect")), PATIENCE);
    const settled = (error?: Error) => {
      clearTimeout(timer);
      socket.off("connect", settled).off("connect_error", settled);
      if (error) reject(error);
      else resolve();
    };
    socket.on("connect", settled).on("connect_error", settled);
    socket.connect();
  });
}

/** All arguments of every `event` from now on. */
export function heard<T extends unknown[] = unknown[]>(socket: Socket, event: string): Inbox<T> {
  const inbox = new Inbox<T>(`"${event}"`);
  socket.on(event, (...args: unknown[]) => inbox.push(args as T));
  return inbox;
}
