// The raw WebSocket sides: an echo, and the fan-out that speaks JSON.
import { WebSocketServer } from "ws";

/** Frames are limited as in the server under test; a bomb of 64 MiB must not fit. */
const limits = { noServer: true, maxPayload: 16 << 20 };

export function attachWebSockets(http) {
  const echo = new WebSocketServer({ ...limits, perMessageDeflate: { threshold: 0 } });
  echo.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  });

  const fanOut = new WebSocketServer(limits);
  fanOut.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      const { t, k, size } = JSON.parse(data);
      if (t !== "go") return;
      for (let i = 0; i < k; i++) {
        const text = JSON.stringify({ t: "m", ts: Date.now() * 1000, pad: "x".repeat(size) });
        for (const each of fanOut.clients) each.send(text);
      }
    });
  });

  const paths = new Map([
    ["/echo", echo],
    ["/ws", fanOut],
  ]);
  http.on("upgrade", (request, socket, head) => {
    const server = paths.get(new URL(request.url, "http://stage").pathname);
    server?.handleUpgrade(request, socket, head, (opened) => server.emit("connection", opened));
  });
}
