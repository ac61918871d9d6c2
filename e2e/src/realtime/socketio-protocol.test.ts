// What Socket.IO v5 asks of a server, checked without any client library.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { connection, joined } from "./packets";
import { Session } from "./session";
import { Stage } from "./stage";
import type { Wire } from "./wire";

let stage: Stage;
let wire: Wire | undefined;

beforeAll(async () => {
  stage = await Stage.start();
});

afterEach(() => wire?.drop());
afterAll(() => stage?.dispose());

const plain = async () => (wire = await connection(stage.ws));
const inside = async () => (wire = await joined(stage.ws));

/** The id that a CONNECT is answered with. */
function accepted(packet: string, namespace = ""): string {
  expect(packet.startsWith(`40${namespace}{`)).toBe(true);
  const { sid } = JSON.parse(packet.slice(2 + namespace.length)) as { sid: string };
  expect(sid).toMatch(/^[\w-]{20,}$/);
  return sid;
}

describe("CONNECT", () => {
  test.each([
    ["to the main namespace", "40", "", "{}"],
    ["to the main namespace with auth", '40{"token":"123"}', "", '{"token":"123"}'],
    ["to a namespace", "40/custom,", "/custom,", "{}"],
    ["to a namespace with auth", '40/custom,{"token":"abc"}', "/custom,", '{"token":"abc"}'],
    ["to a namespace made for it", "40/dyn-7,", "/dyn-7,", "{}"],
  ])("%s", async (_, packet, namespace, auth) => {
    const wire = await plain();
    wire.send(packet);
    accepted(await wire.text(), namespace);
    expect(await wire.text()).toBe(`42${namespace}["auth",${auth}]`);
  });

  test("gives each namespace an id that is not the connection's", async () => {
    const session = await Session.open(`${stage.url}/socket.io/`);
    await session.send("40");
    const main = accepted(await session.next());
    await session.next();
    await session.send("40/custom,");
    const custom = accepted(await session.next(), "/custom,");
    expect(new Set([session.handshake.sid, main, custom]).size).toBe(3);
  });

  test.each(["/random", "/dyn-", "/dyn-7x", "/Custom"])("to %s is refused", async (namespace) => {
    const wire = await plain();
    wire.send(`40${namespace},`);
    expect(await wire.text()).toBe(`44${namespace},{"message":"Invalid namespace"}`);
    // The connection stays, for the namespaces that exist.
    wire.send("40/custom,");
    accepted(await wire.text(), "/custom,");
  });

  test("is told why a middleware refused it", async () => {
    const wire = await plain();
    wire.send('40/secret,{"token":"guess"}');
    expect(await wire.text()).toBe(
      '44/secret,{"message":"unauthorized","data":{"code":"UNAUTHORIZED"}}',
    );
  });

  test("must come in time", async () => {
    const started = performance.now();
    const wire = await plain();
    await wire.closed(3000);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(wire.messages.waiting).toBe(0);
  });
});

describe("DISCONNECT", () => {
  test("leaves the main namespace, not the connection", async () => {
    const wire = await inside();
    wire.sendAll("41", "40/custom,");
    accepted(await wire.text(), "/custom,");
  });

  test("leaves a namespace, not the others", async () => {
    const wire = await inside();
    wire.send("40/custom,");
    await wire.messages.take(2);
    wire.sendAll("41/custom,", '42["message","here"]');
    expect(await wire.text()).toBe('42["message-back","here"]');
    wire.send("40/custom,");
    accepted(await wire.text(), "/custom,");
  });
});

describe("EVENT", () => {
  test.each([
    ["plain", '["message",1,"2",{"3":[true]}]', '["message-back",1,"2",{"3":[true]}]'],
    ["without arguments", '["message"]', '["message-back"]'],
    ["with null", '["message",null]', '["message-back",null]'],
    ["beyond ASCII", '["message","€😀\\u0000"]', '["message-back","€😀\\u0000"]'],
  ])("%s", async (_, sent, answer) => {
    const wire = await inside();
    wire.send(`42${sent}`);
    expect(await wire.text()).toBe(`42${answer}`);
  });

  test("in a namespace", async () => {
    const wire = await plain();
    wire.send("40/custom,");
    await wire.messages.take(2);
    wire.send('42/custom,["message",1,"2",{"3":[true]}]');
    expect(await wire.text()).toBe('42/custom,["message-back",1,"2",{"3":[true]}]');
  });

  test("with bytes", async () => {
    const wire = await inside();
    const [one, two] = [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])];
    wire.sendAll(
      '452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      one,
      two,
    );
    expect(await wire.messages.take(3)).toEqual([
      '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      one,
      two,
    ]);
  });

  test("with bytes over polling", async () => {
    const session = await Session.open(`${stage.url}/socket.io/`);
    await session.send("40");
    await session.take(2);
    await session.send('451-["message",{"a":[{"_placeholder":true,"num":0}]}]', "bAQID");
    expect(await session.take(2)).toEqual([
      '451-["message-back",{"a":[{"_placeholder":true,"num":0}]}]',
      "bAQID",
    ]);
  });
});

describe("ACK", () => {
  test("returns the arguments", async () => {
    const wire = await inside();
    wire.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    expect(await wire.text()).toBe('43456[1,"2",{"3":[false]}]');
  });

  test("in a namespace, with the id 0", async () => {
    const wire = await plain();
    wire.send("40/custom,");
    await wire.messages.take(2);
    wire.send('42/custom,0["message-with-ack"]');
    expect(await wire.text()).toBe("43/custom,0[]");
  });

  test("returns bytes", async () => {
    const wire = await inside();
    const [one, two] = [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])];
    wire.sendAll(
      '452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      one,
      two,
    );
    expect(await wire.messages.take(3)).toEqual([
      '462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
      one,
      two,
    ]);
  });

  test("that nobody waits for is passed over", async () => {
    const wire = await inside();
    wire.sendAll('43999["late"]', '42["message","still here"]');
    expect(await wire.text()).toBe('42["message-back","still here"]');
  });
});

describe("the connection is closed by", () => {
  test.each([
    ["an unknown type", ["4abc"]],
    ["an object for arguments", ["42{}"]],
    ["no event name", ["42[]"]],
    ["an object for an event name", ["42[{}]"]],
    ["broken JSON", ['42["message"']],
    ["an id that is no number", ['42abc["message-with-ack",1,"2"]']],
    ["more attachments than there are", ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]']],
    ["an attachment out of turn", ['42["message"]', Buffer.from([1, 2, 3])]],
    ["a placeholder beyond the attachments", ['451-["message",{"_placeholder":true,"num":7}]', Buffer.from([1])]],
    ["attachments without a count", ['45-["message",{"_placeholder":true,"num":0}]']],
    ["auth that is no object", ['40"token"']],
    ["a disconnect with data", ["41{}"]],
  ])("%s", async (_, packets) => {
    const wire = await inside();
    wire.sendAll(...packets);
    // Before a heartbeat could be the reason.
    await wire.closed(250);
  });

  test("an event before any CONNECT", async () => {
    const wire = await plain();
    wire.send('42["message","too early"]');
    await wire.closed(250);
  });
});
