// The namespaces of the Socket.IO side.
import { Server } from "socket.io";
import { Adapter, SessionAwareAdapter } from "socket.io-adapter";

import { judge } from "./judge.mjs";

export function stage(http, options) {
  const io = new Server(http, {
    ...options,
    connectTimeout: 1000,
    maxHttpBufferSize: 1_000_000,
    connectionStateRecovery: { maxDisconnectionDuration: 2 * 60_000 },
    // Recovery is an option of the whole server. Only /judge is to have it: elsewhere the offsets
    // that it appends to every event would be in the way of what the protocol's own checks expect.
    adapter: function adapterOf(namespace) {
      return namespace.name === "/judge" ? new SessionAwareAdapter(namespace) : new Adapter(namespace);
    },
  });

  for (const name of ["/", "/custom", /^\/dyn-\d+$/]) {
    io.of(name).on("connection", (socket) => {
      socket.emit("auth", socket.handshake.auth);
      socket.on("message", (...args) => socket.emit("message-back", ...args));
      socket.on("message-with-ack", (...args) => args.pop()(...args));
    });
  }

  io.on("connection", (socket) => {
    socket.on("go", ({ k, size }) => {
      for (let i = 0; i < k; i++) io.emit("m", { ts: Date.now() * 1000, pad: "x".repeat(size) });
    });
  });

  io.of("/secret").use((socket, next) => {
    if (socket.handshake.auth.token === "open") return next();
    next(Object.assign(new Error("unauthorized"), { data: { code: "UNAUTHORIZED" } }));
  });

  io.of("/judge").on("connection", judge);
}
