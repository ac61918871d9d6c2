// The product as a customer's back end and pages use it: the release binary, stock clients.
import { type Socket, io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

import type { Client } from "../harness/client";
import { eventually } from "../harness/eventually";
import { Project } from "../harness/project";
import { Server } from "../harness/server";
import { BackEnd } from "./backend";

let server: Server;
let admin: Client;
let shop: Project;
let backEnd: BackEnd;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  server = await Server.start();
  admin = await server.admin();
  shop = await Project.create(admin, "live-shop", { realtime: { openChannels: ["channel:orders"] } });
  backEnd = await BackEnd.of(admin, shop);
});

afterEach(() => open.splice(0).forEach((each) => each.close()));
afterAll(() => server?.dispose());

function client(auth: object, transports = ["websocket"]): Socket {
  const socket = io(server.url, { auth, transports, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 100 });
  open.push(socket);
  return socket;
}

async function enter(userId: string, grants: object = {}, transports?: string[]): Promise<Socket> {
  const socket = client({ token: await backEnd.ticket(userId, grants) }, transports);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}

/** Everything that a socket hears under a name. */
function heard(socket: Socket, name: string): unknown[] {
  const all: unknown[] = [];
  socket.on(name, (data) => all.push(data));
  return all;
}

/** Says something that everybody hears, and waits until they have: what was before it is there. */
async function settle(...sockets: Socket[]): Promise<void> {
  const name = `settled:${Math.random()}`;
  const all = sockets.map((socket) => new Promise((resolve) => socket.once(name, resolve)));
  await backEnd.publish({ event: name, data: {}, everyone: true });
  await Promise.all(all);
}

test.each([["polling"], ["websocket"]])("an order reaches its user and the administrators once, by %s", async (transport) => {
  const [ann, bob] = await Promise.all([enter("ann", {}, [transport]), enter("bob", {}, [transport])]);
  const boss = await enter("boss", { roles: ["admin"] }, [transport]);
  const both = await enter("ann", { roles: ["admin"] }, [transport]);
  const lists = [ann, bob, boss, both].map((socket) => heard(socket, "order:update"));
  const order = { id: 7, status: "PAID", userId: "ann" };
  expect(await backEnd.publish({ event: "order:update", data: order })).toMatchObject({ ok: true, accepted: 1 });
  await settle(ann, bob, boss, both);
  const one = [expect.objectContaining({ ...order, ts: expect.any(Number) })];
  expect(lists).toEqual([one, [], one, one]);
});

test("one event reaches Socket.IO, both native protocols and an event stream", async () => {
  const ann = await enter("ann");
  expect(await ann.emitWithAck("join", "channel:orders")).toMatchObject({ ok: true, joined: ["channel:orders"] });
  const onSocketIo = new Promise((resolve) => ann.once("orders:refresh", resolve));

  const token = await backEnd.ticket("ann");
  const json = new WebSocket(`${server.url.replace("http", "ws")}/ws?token=${token}`, ["signalbox.json.v1"]);
  const simple = new WebSocket(`${server.url.replace("http", "ws")}/ws/simple?token=${token}`);
  open.push(json, simple);
  const messages = [json, simple].map((socket) => collect(socket));
  await eventually("both are greeted", () => messages.every((list) => list.length > 0) || undefined);
  json.send(
    JSON.stringify({
      id: crypto.randomUUID(),
      type: "config",
      timestamp: Date.now(),
      action: "subscribe",
      payload: { channels: ["channel:orders"] },
    }),
  );
  simple.send(JSON.stringify({ type: "subscribe", data: { channel: "channel:orders" }, requestId: "1" }));
  await eventually("both are in", () => messages.every((list) => list.length > 1) || undefined);

  const stop = new AbortController();
  open.push({ close: () => stop.abort() });
  const stream = await fetch(`${server.url}/api/realtime/events?room=channel:orders&token=${token}`, { signal: stop.signal });
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  const chunks = (stream.body as ReadableStream<Uint8Array>).getReader();

  await backEnd.publish({ event: "orders:refresh", data: { reason: "stock" } });
  expect(await onSocketIo).toMatchObject({ reason: "stock" });
  await eventually("both have it", () => messages.every((list) => list.length > 2) || undefined);
  expect(messages[0]?.[2]).toMatchObject({ event: "orders:refresh", data: { reason: "stock" } });
  expect(messages[1]?.[2]).toMatchObject({ type: "orders:refresh", data: { reason: "stock" } });
  let text = "";
  while (!text.includes("orders:refresh")) text += Buffer.from((await chunks.read()).value ?? []).toString();
  expect(text).toMatch(/id: \S+\nevent: orders:refresh\ndata: \{.*"reason":"stock"/);
});

function collect(socket: WebSocket): Record<string, unknown>[] {
  const list: Record<string, unknown>[] = [];
  socket.on("message", (data) => list.push(JSON.parse(String(data))));
  return list;
}

test("who asks for it hears everything as the one event `message`", async () => {
  const socket = client({ token: await backEnd.ticket("ann"), envelope: "message" });
  await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
  const [all, named] = [heard(socket, "message"), heard(socket, "notice:new")];
  await backEnd.publish({ event: "notice:new", data: { title: "hello" }, users: ["ann"] });
  await eventually("it is heard", () => all.length > 0 || undefined);
  expect(all).toEqual([{ type: "notice:new", payload: expect.objectContaining({ title: "hello" }) }]);
  expect(named).toEqual([]);
});

test("nobody comes in without a token, and nobody goes where only the server puts people", async () => {
  for (const auth of [{}, { token: "dev" }]) {
    const socket = client(auth);
    const error = await new Promise<Error>((resolve) => socket.once("connect_error", resolve));
    expect(error.message).toMatch(/^(Authentication required|unauthorized)$/);
  }
  const ann = await enter("ann");
  const answer = await ann.emitWithAck("join", ["role:admin", "user:bob", "channel:secret", "channel:orders"]);
  expect(answer).toMatchObject({ ok: false, joined: ["channel:orders"] });
  expect(answer.refused.map((refusal: { room: string }) => refusal.room)).toEqual(["role:admin", "user:bob", "channel:secret"]);
  expect(await ann.emitWithAck("admin:restart")).toMatchObject({ error: { code: "FORBIDDEN" } });
});

test("a user whose tokens are taken back is out at once, and stays out", async () => {
  const eve = await enter("eve");
  const gone = new Promise((resolve) => eve.once("disconnect", resolve));
  await admin.post(`${shop.path}/realtime/revocations`, { userId: "eve" });
  expect(await gone).toBe("io server disconnect");
  eve.connect();
  const error = await new Promise<Error>((resolve) => eve.once("connect_error", resolve));
  expect(error.message).toBe("unauthorized");
});

test("operators see who is connected, and can end it", async () => {
  const ann = await enter("ann-seen");
  const listed = await eventually("the connection is listed", async () => {
    const page = await admin.get<{ items: { id: string; userId?: string }[] }>("/api/ws/connections", { project: shop.slug });
    return page.items.find((connection) => connection.userId === "ann-seen");
  });
  expect(listed.id).toBe(ann.id);
  expect(await admin.get("/api/ws/health")).toMatchObject({ success: true, data: { healthy: true } });
  const gone = new Promise((resolve) => ann.once("disconnect", resolve));
  await admin.delete(`/api/ws/connections/${listed.id}`);
  expect(await gone).toBe("io server disconnect");
});

test("clients survive a restart of the server, and are told of a shutdown", async () => {
  const ann = await enter("ann");
  const reason = new Promise((resolve) => ann.once("disconnect", resolve));
  await server.end();
  await server.up();
  expect(await reason).toMatch(/^transport (close|error)$/);
  await eventually("it is back", () => ann.connected || undefined);
  const notice = new Promise((resolve) => ann.once("notice:new", resolve));
  await backEnd.publish({ event: "notice:new", data: { title: "welcome back" }, users: ["ann"] });
  expect(await notice).toMatchObject({ title: "welcome back" });
});
