// Connection state recovery: the link is cut in the middle of a stream of numbers, at any byte, and
// the stock client must have them all, in order and once.
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { between, dice } from "../crash/dice";
import { Cast, type Options, ROUTES, connected, heard } from "./cast";
import { Link } from "./link";
import { CALM, PING_INTERVAL, PING_TIMEOUT, Stage, stock } from "./stage";

const CUTS = Number(process.env["RECOVERY_CUTS"] ?? 20);
const SEED = Number(process.env["RECOVERY_SEED"] ?? Date.now() % 1_000_000);

/**
 * A poll that was answered in full and did not arrive in full leaves nothing by which a server could
 * notice. The stock server restores no session that it believes alive, so there the client waits
 * for the heartbeat; ours hands the session over to whoever knows its private id.
 */
const unnoticed = stock ? 2 * (PING_INTERVAL + PING_TIMEOUT) : 5;

/**
 * The stock server repeats what was missed before it answers the CONNECT. Cut in between, the stock
 * client keeps those events without counting them, and has them twice in the end. Ours answers
 * first, so that nothing has to be forgiven.
 */
const forgiven = (numbers: number[]) => (stock ? [...new Set(numbers)] : numbers);

let stage: Stage;
let link: Link;
const cast = new Cast();

beforeAll(async () => {
  // Without a heartbeat that could help.
  stage = await Stage.start(stock ? undefined : CALM);
});

beforeEach(async () => {
  link = await Link.to(stage.port);
});

afterEach(async () => {
  cast.leave();
  await link.close();
});

afterAll(() => stage?.dispose());

/** A client that comes back at once when it is cut off. */
function listener({ transports }: Options): Socket {
  const delay = transports?.[0] === "websocket" ? 5 : unnoticed;
  return cast.client(`${link.url}/judge`, {
    ...(transports ? { transports } : {}),
    reconnection: true,
    reconnectionDelay: delay,
    reconnectionDelayMax: delay,
    randomizationFactor: 0,
    // Cut between the WebSocket's handshake and that of Engine.IO, the client notices by this only.
    timeout: 500,
  });
}

/** Says a number every two milliseconds until it is told to stop, and returns how many. */
function stream(speaker: Socket, room: string): () => number {
  let said = 0;
  const timer = setInterval(() => speaker.emit("say", { to: room, name: "n", data: said++ }), 2);
  return () => {
    clearInterval(timer);
    return said;
  };
}

describe.each(ROUTES)("a stream %s", (_, route) => {
  test(`is complete after ${CUTS} cuts (RECOVERY_SEED=${SEED})`, async () => {
    const speaker = await cast.enter(`${stage.url}/judge`, { transports: ["websocket"] });
    const socket = listener(route);
    const numbers = heard<[number]>(socket, "n");
    const connects: boolean[] = [];
    socket.on("connect", () => {
      connects.push(socket.recovered);
      // Once is enough; otherwise the numbers would stop and not say why.
      if (!socket.recovered) socket.emit("join", "stream");
    });
    await connected(socket);
    await socket.emitWithAck("join", "stream");
    const stop = stream(speaker, "stream");
    await numbers.next();

    const moment = dice(SEED);
    for (let cut = 0; cut < CUTS; cut++) {
      await link.cutAfter(between(moment, 1, 1500));
      // Every third cut comes as soon as there is something to cut: into the new handshake.
      if (cut % 3 < 2) await numbers.take(numbers.waiting + 1);
    }
    await numbers.take(numbers.waiting + 10);
    const last = stop() - 1;
    expect(connects).toEqual([false, ...connects.slice(1).map(() => true)]);
    expect(connects.length).toBeGreaterThan(CUTS / 3);
    while (numbers.all.at(-1)?.[0] !== last) await numbers.next();
    expect(forgiven(numbers.all.map(([n]) => n))).toEqual([...Array(last + 1).keys()]);
  }, 90_000);
});

describe("a recovered socket", () => {
  /** Cuts the link below `socket` and waits until it is back. */
  async function cut(socket: Socket): Promise<void> {
    const back = heard(socket, "connect");
    socket.emit("cut");
    await back.next();
  }

  async function joined(): Promise<Socket> {
    const socket = listener({ transports: ["websocket"] });
    await connected(socket);
    await socket.emitWithAck("join", "a");
    return socket;
  }

  test("is who it was, where it was", async () => {
    const socket = await joined();
    const said = heard<[string]>(socket, "said");
    socket.emit("say", { to: "a", name: "said", data: "first" });
    await said.next();
    const id = socket.id;
    await cut(socket);
    expect(socket.recovered).toBe(true);
    expect(socket.id).toBe(id);
    socket.emit("say", { to: "a", name: "said", data: "to the room" });
    socket.emit("say", { to: id, name: "said", data: "to the id" });
    expect((await said.take(2)).map(([word]) => word)).toEqual(["to the room", "to the id"]);
  });

  test("is not given what it was excepted from", async () => {
    const speaker = await cast.enter(`${stage.url}/judge`, { transports: ["websocket"] });
    const socket = listener({ transports: ["websocket"] });
    const said = heard<[string]>(socket, "said");
    await connected(socket);
    await socket.emitWithAck("join", ["a", "quiet"]);
    speaker.emit("say", { to: "a", name: "said", data: "first" });
    await said.next();
    const back = heard(socket, "connect");
    socket.io.engine.close();
    // While it is away: the answer to `join` says that the others were done before.
    speaker.emit("say", { to: "a", except: "quiet", name: "said", data: "not for you" });
    speaker.emit("say", { to: "elsewhere", name: "said", data: "not for you" });
    speaker.emit("say", { to: "a", name: "said", data: "for you" });
    await speaker.emitWithAck("join", "b");
    await back.next();
    expect((await said.next())[0]).toBe("for you");
  });

  test("was not confused by volatile events", async () => {
    const socket = await joined();
    const said = heard<[string]>(socket, "said");
    const volatile = heard(socket, "v");
    socket.emit("say", { to: "a", name: "said", data: "first" });
    await said.next();
    socket.emit("volatile", 3);
    await volatile.next();
    await cut(socket);
    expect(socket.recovered).toBe(true);
    socket.emit("say", { to: "a", name: "said", data: "second" });
    expect((await said.next())[0]).toBe("second");
  });

  test("may be one that had received nothing yet", async () => {
    const socket = await joined();
    await cut(socket);
    // The stock server finds no place in its history for "nothing yet".
    expect(socket.recovered).toBe(!stock);
  });

  test("is none that left on purpose", async () => {
    const socket = await joined();
    socket.disconnect();
    await connected(socket);
    expect(socket.recovered).toBe(false);
  });
});

test("a guessed session is not recovered", async () => {
  const socket = cast.client(`${stage.url}/judge`, { auth: { pid: "guessed", offset: "guessed" } });
  await connected(socket);
  expect(socket.recovered).toBe(false);
});
