// What the stock client gets of a server that it does not suspect to be another one.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { Cast, ROUTES, connected, heard } from "./cast";
import { CALM, MAX_PAYLOAD, Stage } from "./stage";

let stage: Stage;
const cast = new Cast();

beforeAll(async () => {
  stage = await Stage.start(CALM);
});

afterEach(() => cast.leave());
afterAll(() => stage?.dispose());

describe.each(ROUTES)("the stock client %s", (_, route) => {
  const client = (path: string, options = {}) => cast.client(stage.url + path, { ...route, ...options });
  const enter = (path: string, options = {}) => cast.enter(stage.url + path, { ...route, ...options });

  test("connects and is known by its auth", async () => {
    const socket = client("/", { auth: { token: "abc", nested: [1, { two: 3 }] } });
    const auth = heard(socket, "auth");
    await connected(socket);
    expect(socket.id).toMatch(/^[\w-]{20,}$/);
    expect(await auth.next()).toEqual([{ token: "abc", nested: [1, { two: 3 }] }]);
  });

  test("is told that a namespace does not exist", async () => {
    await expect(enter("/nowhere")).rejects.toThrow("Invalid namespace");
  });

  test("is told with message and data why it was refused", async () => {
    const refusal = enter("/secret", { auth: { token: "guess" } });
    await expect(refusal).rejects.toMatchObject({
      message: "unauthorized",
      data: { code: "UNAUTHORIZED" },
    });
    expect((await enter("/secret", { auth: { token: "open" } })).connected).toBe(true);
  });

  test("enters a namespace that a pattern makes", async () => {
    const socket = client("/dyn-42", { auth: { from: "dyn" } });
    const auth = heard(socket, "auth");
    await connected(socket);
    expect(await auth.next()).toEqual([{ from: "dyn" }]);
    await expect(enter("/dyn-x")).rejects.toThrow("Invalid namespace");
  });

  test("has many namespaces on one connection", async () => {
    const main = await enter("/");
    const others = ["/custom", "/dyn-1", "/dyn-2"].map((name) => main.io.socket(name));
    await Promise.all(others.map(connected));
    const sockets = [main, ...others];
    expect(new Set(sockets.map((socket) => socket.id)).size).toBe(4);
    const answers = sockets.map((socket) => heard(socket, "message-back"));
    for (const [i, socket] of sockets.entries()) socket.emit("message", i);
    expect(await Promise.all(answers.map((inbox) => inbox.next()))).toEqual([[0], [1], [2], [3]]);
    expect(new Set(sockets.map((socket) => socket.io.engine.id)).size).toBe(1);
  });

  test("gets back what it sends, in order", async () => {
    const socket = await enter("/");
    const back = heard(socket, "message-back");
    const values = [null, true, -1.5, 2 ** 53 - 1, "€😀\u0000\"\\", [], {}, [[{ deep: [null] }]]];
    socket.emit("message", ...values);
    for (let i = 0; i < 500; i++) socket.emit("message", i);
    expect(await back.next()).toEqual(values);
    expect((await back.take(500)).map(([i]) => i)).toEqual([...Array(500).keys()]);
  });

  test("gets bytes back wherever they stand", async () => {
    const socket = await enter("/judge");
    const back = heard(socket, "binary");
    const data = { a: Buffer.from([0, 1, 255]), b: [Buffer.alloc(0), Buffer.alloc(70_000, 7)] };
    socket.emit("binary", data);
    // More may follow: the offset of recovery is an argument as well.
    expect((await back.next())[0]).toEqual(data);
  });

  test("receives what is larger than it may send", async () => {
    const socket = await enter("/judge");
    const big = heard<[string]>(socket, "big");
    // Not by much: what waits for a poll is bounded, at a mebibyte by default.
    socket.emit("big", MAX_PAYLOAD + 20_000);
    expect((await big.next())[0].length).toBe(MAX_PAYLOAD + 20_000);
  });

  describe("acknowledges:", () => {
    test("the server, with values and bytes", async () => {
      const socket = await enter("/");
      expect(await socket.emitWithAck("message-with-ack", 1)).toBe(1);
      const bytes = Buffer.from([1, 2, 3]);
      expect(await socket.emitWithAck("message-with-ack", { bytes })).toEqual({ bytes });
      const many = Array.from({ length: 100 }, (_, i) => socket.emitWithAck("message-with-ack", i));
      expect(await Promise.all(many)).toEqual([...Array(100).keys()]);
    });

    test("the server not at all, for an event it does not know", async () => {
      const socket = await enter("/");
      const asked = socket.timeout(150).emitWithAck("never heard of");
      await expect(asked).rejects.toThrow("operation has timed out");
    });

    test("the client, when it is asked", async () => {
      const socket = await enter("/judge");
      const answered = heard(socket, "answered");
      socket.on("question", (answer) => answer({ yes: [1, "two"] }));
      socket.emit("ask");
      expect((await answered.next())[0]).toEqual({ yes: [1, "two"] });
    });

    test("the client too late", async () => {
      const socket = await enter("/judge");
      const answered = heard(socket, "answered");
      const questions = heard<[(value: string) => void]>(socket, "question");
      const asked = performance.now();
      socket.emit("ask");
      const [answer] = await questions.next();
      expect((await answered.next())[0]).toEqual({ timeout: true });
      expect(performance.now() - asked).toBeGreaterThan(450);
      answer("late");
      // Passed over, and the next one is answered by its own answer.
      socket.emit("ask");
      (await questions.next())[0]("in time");
      expect((await answered.next())[0]).toBe("in time");
    });
  });

  describe("is refused an event by a middleware", () => {
    const error = { code: "FORBIDDEN", message: expect.any(String) };

    test("in the ack when there is one", async () => {
      const socket = await enter("/judge");
      expect(await socket.emitWithAck("forbidden", "please")).toEqual({ error });
    });

    test("in an `error` event when there is none", async () => {
      const socket = await enter("/judge");
      const errors = heard(socket, "error");
      socket.emit("forbidden");
      expect((await errors.next())[0]).toEqual(error);
      expect(await socket.emitWithAck("join", "anything")).toBe("ok");
    });
  });

  test("may miss volatile events, but gets them in order and once", async () => {
    const socket = await enter("/judge");
    const volatile = heard<[number]>(socket, "v");
    const big = heard(socket, "big");
    const transport = socket.io.engine.transport.name;
    socket.emit("volatile", 100);
    socket.emit("big", 1);
    await big.next();
    const numbers = volatile.all.map(([n]) => n);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.every((n) => n >= 0 && n < 100)).toBe(true);
    // A polling client may be between two polls; a WebSocket with nothing to do gets the first.
    if (transport === "websocket") expect(numbers[0]).toBe(0);
  });
});

test("the upgrade happens, and nothing is lost by it", async () => {
  // Several, because each is upgraded at another moment of its conversation.
  await Promise.all(Array.from({ length: 10 }, converse));
});

async function converse(): Promise<void> {
  const socket = cast.client(stage.url);
  const transports: string[] = [];
  const transport = () => socket.io.engine.transport.name;
  socket.io.once("open", () => transports.push(transport()));
  const back = heard<[number]>(socket, "message-back");
  await connected(socket);
  let sent = 0;
  // One message at a time, so that there is always one under way.
  while (sent < 50 || transport() !== "websocket") {
    socket.emit("message", sent++);
    await back.next();
  }
  expect([...transports, transport()]).toEqual(["polling", "websocket"]);
  expect(back.all.map(([i]) => i)).toEqual([...Array(sent).keys()]);
}
