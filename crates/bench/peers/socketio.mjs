// The fan-out stage on stock socket.io: node socketio.mjs <port> [--recovery]
//
// `go {k, size}` sends k messages `m {ts, pad}` to everyone at once; `run {rate, secs, size}` sends
// them in an open loop, each stamped with the microsecond at which it was due: a server that falls
// behind must not be the one that hides it.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const [port, recovery] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  // Recovery buffers every packet, which nobody should pay for who has not asked for it.
  ...(recovery === '--recovery' && { connectionStateRecovery: {} }),
});

const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

function go({ k, size }) {
  const pad = 'x'.repeat(size);
  for (let i = 0; i < k; i += 1) io.emit('m', { ts: now(), pad });
}

function run({ rate, secs, size }) {
  const pad = 'x'.repeat(size);
  const started = now();
  const due = (i) => started + Math.round((i * 1e6) / rate);
  let sent = 0;
  const next = () => {
    for (; sent < rate * secs && due(sent) <= now(); sent += 1) io.emit('m', { ts: due(sent), pad });
    if (sent < rate * secs) setTimeout(next, Math.max(0, (due(sent) - now()) / 1000));
  };
  next();
}

io.on('connection', (socket) => {
  socket.on('go', go);
  socket.on('run', run);
});
http.listen(Number(port), '127.0.0.1');
