// What the judges ask of a socket on /judge.

const FORBIDDEN = { code: "FORBIDDEN", message: "this event is not for you" };

export function judge(socket) {
  const namespace = socket.nsp;

  // The stock server keeps the errors of event middlewares to itself, so they are told here.
  socket.use(([event, ...args], next) => {
    if (event !== "forbidden") return next();
    const ack = args.at(-1);
    if (typeof ack === "function") ack({ error: FORBIDDEN });
    else socket.emit("error", FORBIDDEN);
  });

  socket.on("join", (rooms, ack) => {
    socket.join(rooms);
    ack?.("ok");
  });
  socket.on("leave", (room) => socket.leave(room));
  socket.on("say", ({ to, except = [], name, data }) => namespace.to(to).except(except).emit(name, data));
  socket.on("shout", ({ room, data }) => socket.to(room).emit("shout", data));

  socket.on("volatile", (n) => {
    for (let i = 0; i < n; i++) socket.volatile.emit("v", i);
  });
  socket.on("binary", (data) => socket.emit("binary", data));
  socket.on("big", (n) => socket.emit("big", "x".repeat(n)));

  socket.on("ask", () => {
    socket.timeout(500).emit("question", (error, value) => {
      socket.emit("answered", error ? { timeout: true } : value);
    });
  });

  socket.on("kick", () => socket.disconnect());
  socket.on("kick-hard", () => socket.disconnect(true));
  socket.on("cut", () => socket.request.socket.destroy());
}
