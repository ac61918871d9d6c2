// The stock servers behind the paths of the conformance example: `node server.mjs <port>`. The
// judges run against it with REALTIME_TARGET=reference, which shows that they ask for nothing that
// the original does not do.
import { createServer } from "node:http";

import { Server as EngineServer } from "engine.io";

import { attachWebSockets } from "./sockets.mjs";
import { stage } from "./stage.mjs";

const heartbeat = {
  pingInterval: Number(process.env.REALTIME_PING_INTERVAL ?? 300),
  pingTimeout: Number(process.env.REALTIME_PING_TIMEOUT ?? 200),
};
/** Several servers share the port: none may end what belongs to another. */
const shared = { destroyUpgrade: false };

const http = createServer((_, response) => response.writeHead(404).end());

const engine = new EngineServer({ ...heartbeat, maxHttpBufferSize: 1_000_000 });
engine.attach(http, { path: "/engine.io/", ...shared });
engine.on("connection", (socket) => socket.on("message", (message) => socket.send(message)));

stage(http, { ...heartbeat, ...shared });
attachWebSockets(http);

http.listen(Number(process.argv[2]), "127.0.0.1");
