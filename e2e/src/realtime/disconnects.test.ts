// Why a stock client believes that its connection has ended.
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Cast, PATIENCE, ROUTES, connected, heard } from "./cast";
import { Link } from "./link";
import { MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT, Stage } from "./stage";

let stage: Stage;
const cast = new Cast();

beforeAll(async () => {
  stage = await Stage.start();
});

afterEach(() => cast.leave());
afterAll(() => stage?.dispose());

const reason = async (socket: Socket) => (await heard<[string]>(socket, "disconnect").next())[0];

describe.each(ROUTES)("the stock client %s", (_, route) => {
  const enter = (path: string, options = {}) => cast.enter(stage.url + path, { ...route, ...options });

  test("is sent away from one namespace", async () => {
    const judged = await enter("/judge");
    const custom = judged.io.socket("/custom", { ackTimeout: PATIENCE });
    await connected(custom);
    const why = reason(judged);
    judged.emit("kick");
    expect(await why).toBe("io server disconnect");
    expect(await custom.emitWithAck("message-with-ack", "still here")).toBe("still here");
    // And may come back, as somebody else.
    const id = custom.id;
    await connected(judged);
    expect(judged.id).not.toBe(id);
    expect(await judged.emitWithAck("join", "a")).toBe("ok");
  });

  test("is sent away from all namespaces", async () => {
    const judged = await enter("/judge");
    const custom = judged.io.socket("/custom");
    await connected(custom);
    const whys = [reason(judged), reason(custom)];
    const closed = new Promise((resolve) => judged.io.once("close", resolve));
    judged.emit("kick-hard");
    expect(await Promise.all(whys)).toEqual(["io server disconnect", "io server disconnect"]);
    await closed;
  });

  test("leaves by itself, and the server forgets its rooms", async () => {
    const [leaving, staying] = await Promise.all([enter("/judge"), enter("/judge")]);
    const heardLater = heard(leaving, "said");
    await leaving.emitWithAck("join", "a");
    const why = reason(leaving);
    leaving.disconnect();
    expect(await why).toBe("io client disconnect");
    await connected(leaving);
    expect(leaving.recovered).toBe(false);
    staying.emit("say", { to: "a", name: "said", data: "to a room of the past" });
    staying.emit("say", { to: leaving.id, name: "said", data: "to you" });
    expect((await heardLater.next())[0]).toBe("to you");
  });

  test("notices that the network has gone silent", async () => {
    const link = await Link.to(stage.port);
    const socket = await cast.enter(`${link.url}/judge`, route);
    const why = reason(socket);
    const since = performance.now();
    link.silence();
    expect(await why).toBe("ping timeout");
    expect(performance.now() - since).toBeLessThan(PING_INTERVAL + PING_TIMEOUT + 1000);
    await link.close();
  });

  test("may send the largest message, and loses the connection over a larger one", async () => {
    const socket = await enter("/");
    // Half, because a polling client may put several packets into one request.
    const large = "x".repeat(MAX_PAYLOAD / 2);
    expect((await socket.emitWithAck("message-with-ack", large)).length).toBe(large.length);
    const why = reason(socket);
    socket.emit("message", "x".repeat(MAX_PAYLOAD + 1));
    expect(await why).toMatch(/^transport (close|error)$/);
    await connected(socket);
    expect(await socket.emitWithAck("message-with-ack", "again")).toBe("again");
  });
});

test("a dropped connection is a closed transport, and the client comes back by itself", async () => {
  const socket = await cast.enter(`${stage.url}/judge`, {
    transports: ["websocket"],
    reconnection: true,
    reconnectionDelay: 1,
  });
  const why = reason(socket);
  const back = heard(socket, "connect");
  socket.emit("cut");
  expect(await why).toBe("transport close");
  await back.next();
  expect(await socket.emitWithAck("join", "a")).toBe("ok");
});
