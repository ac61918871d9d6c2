// The stock servers behind the paths of the conformance example, with its arguments:
// `node server.mjs <port> [ping interval ms] [ping timeout ms]`. The judges run against it with
// REALTIME_TARGET=reference, which shows that they ask for nothing that the original does not do.
import { createServer } from "node:http";

import { Server as EngineServer } from "engine.io";

import { attachWebSockets } from "./sockets.mjs";
import { stage } from "./stage.mjs";

const [port, pingInterval = 300, pingTimeout = 200] = process.argv.slice(2).map(Number);
const heartbeat = { pingInterval, pingTimeout };
/** Several servers share the port: none may end what belongs to another. */
const shared = { destroyUpgrade: false };

const http = createServer((_, response) => response.writeHead(404).end());

const engine = new EngineServer({ ...heartbeat, maxHttpBufferSize: 1_000_000 });
engine.attach(http, { path: "/engine.io/", ...shared });
engine.on("connection", (socket) => socket.on("message", (message) => socket.send(message)));

stage(http, { ...heartbeat, ...shared });
attachWebSockets(http);

http.listen(port, "127.0.0.1");
