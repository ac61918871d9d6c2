import { Wire } from "./wire";

/** A Socket.IO connection whose packets are written by hand; the heartbeat beneath is kept up. */
export async function connection(ws: string): Promise<Wire> {
  const wire = await Wire.open(`${ws}/socket.io/?EIO=4&transport=websocket`, { beats: true });
  const handshake = await wire.text();
  if (!handshake.startsWith("0{")) throw new Error(`no handshake: ${handshake}`);
  return wire;
}

/** The same after it has joined `/`. */
export async function joined(ws: string): Promise<Wire> {
  const wire = await connection(ws);
  wire.send("40");
  await wire.messages.take(2);
  return wire;
}
