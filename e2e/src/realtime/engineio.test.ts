// What Engine.IO v4 asks of a server, checked without any client library. Upgrades have a file of
// their own.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Handshake, Session } from "./session";
import { MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT, Stage, stock } from "./stage";
import { Wire } from "./wire";

let stage: Stage;
let base: string;
let direct: string;

beforeAll(async () => {
  stage = await Stage.start();
  base = `${stage.url}/engine.io/`;
  direct = `${stage.ws}/engine.io/?EIO=4&transport=websocket`;
});

afterAll(() => stage?.dispose());

describe("a handshake", () => {
  test.each([
    ["without a version", "transport=polling", 5],
    ["of an unknown version", "EIO=abc&transport=polling", 5],
    ["without a transport", "EIO=4", 0],
    ["with an unknown transport", "EIO=4&transport=abc", 0],
    ["with an unknown session", "EIO=4&transport=polling&sid=abc", 1],
    ["as WebSocket without an upgrade", "EIO=4&transport=websocket", 3],
  ])("%s is refused", async (_, query, code) => {
    const response = await fetch(`${base}?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  test("with another method is refused", async () => {
    for (const method of ["POST", "PUT"]) {
      const response = await fetch(`${base}?EIO=4&transport=polling`, { method });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 2 });
    }
  });

  test.each([
    ["without a version", "transport=websocket"],
    ["of an unknown version", "EIO=abc&transport=websocket"],
    ["without a transport", "EIO=4"],
    ["with an unknown transport", "EIO=4&transport=abc"],
    ["with an unknown session", "EIO=4&transport=websocket&sid=abc"],
  ])("by WebSocket %s is refused", async (_, query) => {
    // The stock server has already opened when it looks at the version: its 400 is no frame.
    const refusals = stock ? [400, "closed"] : [400];
    expect(refusals).toContain(await Wire.refused(`${stage.ws}/engine.io/?${query}`));
  });

  test("by polling offers the upgrade", async () => {
    const response = await fetch(`${base}?EIO=4&transport=polling`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; charset=utf-8$/i);
    const text = await response.text();
    expect(text[0]).toBe("0");
    expect(JSON.parse(text.slice(1))).toEqual({
      sid: expect.stringMatching(/^[\w-]{20,}$/),
      upgrades: ["websocket"],
      pingInterval: PING_INTERVAL,
      pingTimeout: PING_TIMEOUT,
      maxPayload: MAX_PAYLOAD,
    });
  });

  test("by WebSocket offers none", async () => {
    const wire = await Wire.open(direct);
    const text = await wire.text();
    expect(text[0]).toBe("0");
    const handshake = JSON.parse(text.slice(1)) as Handshake;
    expect(handshake.upgrades).toEqual([]);
    expect(handshake.pingInterval).toBe(PING_INTERVAL);
    wire.close();
  });

  test("gives every session its own id", async () => {
    const sessions = await Promise.all(Array.from({ length: 50 }, () => Session.open(base)));
    expect(new Set(sessions.map((session) => session.handshake.sid)).size).toBe(50);
  });
});

describe("messages over polling", () => {
  test.each([
    ["text", ["4hello"]],
    ["an empty text", ["4"]],
    ["text beyond ASCII", ["4héllo €uro 😀"]],
    ["several packets", ["4a", "4b", "4c"]],
    ["binary", ["bAQIDBA=="]],
    ["text and binary, in their order", ["4first", "b////", "4second", "bAA=="]],
  ])("%s come back", async (_, packets) => {
    const session = await Session.open(base);
    await session.send(...packets);
    expect(await session.take(packets.length)).toEqual(packets);
  });

  test("of the largest size come back", async () => {
    const session = await Session.open(base);
    const packet = `4${"x".repeat(MAX_PAYLOAD - 1)}`;
    await session.send(packet);
    expect(await session.next()).toBe(packet);
  });

  test("larger than allowed are refused as soon as they say so", async () => {
    const session = await Session.open(base);
    // Nothing of the body is sent, so that only the header can be what is answered.
    const announced = session.announce(MAX_PAYLOAD + 1);
    // The stock server counts what arrives, and here waits for it until the heartbeat is missed.
    if (stock) await expect(announced).rejects.toThrow("socket hang up");
    else expect(await announced).toBe(413);
  });

  test.each<[string, () => BodyInit]>([
    ["in characters of several bytes", () => `4${"€".repeat(MAX_PAYLOAD / 3 + 1)}`],
    ["without having said so", () => new Blob(["4", "x".repeat(MAX_PAYLOAD)]).stream()],
  ])("larger than allowed are refused %s", async (_, body) => {
    const session = await Session.open(base);
    const status = await session.post(body()).then(
      (response) => response.status,
      // The answer comes before all is sent, and is lost when the connection ends under the rest.
      (error: Error) => (error.cause as NodeJS.ErrnoException).code,
    );
    expect([413, "EPIPE", "ECONNRESET", "UND_ERR_SOCKET"]).toContain(status);
  });

  test.each([
    ["an unknown type", "abc"],
    ["an unknown type among good ones", "4a\x1e9\x1e4b"],
  ])("of %s end the session", async (_, body) => {
    const session = await Session.open(base);
    await session.post(body);
    expect(await session.ended()).toBe(400);
  });
});

describe("messages over WebSocket", () => {
  test.each([
    ["text", "4hello"],
    ["an empty text", "4"],
    ["text beyond ASCII", "4héllo €uro 😀"],
    ["the largest size", `4${"x".repeat(MAX_PAYLOAD - 1)}`],
    ["bytes", Buffer.from([1, 2, 3, 4, 255])],
    ["no bytes", Buffer.alloc(0)],
    ["many bytes", Buffer.alloc(MAX_PAYLOAD, 7)],
  ])("%s come back", async (_, message) => {
    const wire = await Wire.open(direct, { beats: true });
    await wire.text();
    wire.send(message);
    const answer = await wire.messages.next();
    expect(answer.length).toBe(message.length);
    expect(typeof answer).toBe(typeof message);
    // Not `toEqual`: nobody wants to read a megabyte of difference.
    expect(answer.toString() === message.toString()).toBe(true);
    wire.close();
  });

  test("of an unknown type end the session", async () => {
    const wire = await Wire.open(direct);
    await wire.text();
    wire.send("abc");
    await wire.closed(PING_INTERVAL - 50);
  });

  test("larger than allowed close with 1009", async () => {
    const wire = await Wire.open(direct);
    await wire.text();
    wire.send(`4${"x".repeat(MAX_PAYLOAD)}`);
    expect(await wire.closed()).toMatchObject({ code: 1009 });
  });
});

describe("the heartbeat", () => {
  test("is kept up over polling", async () => {
    const session = await Session.open(base);
    for (let round = 0; round < 3; round++) {
      const asked = performance.now();
      expect(await session.nextRaw()).toBe("2");
      expect(performance.now() - asked).toBeGreaterThan(PING_INTERVAL - 100);
      await session.send("3");
    }
  });

  test("is kept up over WebSocket", async () => {
    const wire = await Wire.open(direct);
    await wire.text();
    for (let round = 0; round < 3; round++) {
      const asked = performance.now();
      expect(await wire.text()).toBe("2");
      expect(performance.now() - asked).toBeGreaterThan(PING_INTERVAL - 100);
      wire.send("3");
    }
    wire.close();
  });

  test("ends a polling session that does not answer", async () => {
    const session = await Session.open(base);
    expect(await session.nextRaw()).toBe("2");
    expect(await session.ended()).toBe(400);
  });

  test("ends a WebSocket that does not answer, and not too early", async () => {
    const wire = await Wire.open(direct);
    await wire.text();
    expect(await wire.text()).toBe("2");
    const asked = performance.now();
    await wire.closed(PING_TIMEOUT + 1000);
    expect(performance.now() - asked).toBeGreaterThan(PING_TIMEOUT - 50);
  });

  test("takes messages for no answer", async () => {
    const wire = await Wire.open(direct);
    await wire.text();
    expect(await wire.text()).toBe("2");
    wire.send("4still here");
    expect(await wire.text()).toBe("4still here");
    await wire.closed(PING_TIMEOUT + 1000);
  });
});

describe("a session ends", () => {
  test("when the client says so over polling", async () => {
    const session = await Session.open(base);
    const { poll } = await session.waiting();
    await session.send("1");
    const answer = await poll;
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("6");
    expect(await session.ended()).toBe(400);
  });

  test("when the client says so over WebSocket", async () => {
    const wire = await Wire.open(direct);
    await wire.text();
    wire.send("1");
    // The stock server does not listen and leaves it to the heartbeat.
    await wire.closed(stock ? undefined : PING_INTERVAL - 50);
  });

  test("when the connection is dropped", async () => {
    const wire = await Wire.open(direct);
    const { sid } = JSON.parse((await wire.text()).slice(1)) as Handshake;
    const url = `${base}?EIO=4&transport=polling&sid=${sid}`;
    wire.drop();
    const codes = new Set<number>();
    // Until the server has noticed, the session is there but not for polls.
    while (!codes.has(1)) {
      const response = await fetch(url);
      expect(response.status).toBe(400);
      codes.add(((await response.json()) as { code: number }).code);
    }
  });

  test("at a second poll beside the first", async () => {
    const session = await Session.open(base);
    const both = await Promise.all([session.get(), session.get()]);
    const statuses = both.map((response) => response.status).sort();
    expect(statuses).toEqual([200, 400]);
    const answered = both.find((response) => response.status === 200);
    expect(await answered?.text()).toBe("1");
    expect(await session.ended()).toBe(400);
  });

  test("at a poll that is given up", async () => {
    const session = await Session.open(base);
    const given = new AbortController();
    const { poll } = await session.waiting(given.signal);
    given.abort();
    await expect(poll).rejects.toThrow();
    expect(await session.ended()).toBe(400);
  });
});
