// RFC 6455 and RFC 7692 on /echo, frame by frame: what no client library would send.
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { BINARY, CLOSE, CONTINUATION, Frames, PING, PONG, type Received, TEXT, frame } from "./frames";
import { Stage } from "./stage";

const RSV1 = 0x40;
const DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

let stage: Stage;
let frames: Frames | undefined;

beforeAll(async () => {
  stage = await Stage.start();
});

afterEach(() => frames?.drop());
afterAll(() => stage?.dispose());

async function open(extensions?: string): Promise<Frames> {
  const headers = extensions === undefined ? {} : { "Sec-WebSocket-Extensions": extensions };
  frames = await Frames.open(stage.port, "/echo", headers);
  return frames;
}

const bytes = (...values: number[]) => Buffer.from(values);

/** The payload of a compressed message: without the tail that every flush ends with. */
function deflated(text: string | Buffer): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

function inflated({ payload, reserved }: Received): string {
  if (reserved !== RSV1) return payload.toString();
  const tail = bytes(0x00, 0x00, 0xff, 0xff);
  return inflateRawSync(Buffer.concat([payload, tail]), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
}

describe("frames", () => {
  test("are answered between fragments when they are pings", async () => {
    const raw = await open();
    raw.send(
      frame(TEXT, "half ", { fin: false }),
      frame(PING, "are you there"),
      frame(PONG, "nobody asked"),
      frame(CONTINUATION, "whole"),
    );
    expect(await raw.received.take(2)).toMatchObject([
      { opcode: PONG, payload: Buffer.from("are you there") },
      { opcode: TEXT, payload: Buffer.from("half whole") },
    ]);
  });

  test("may be cut by TCP anywhere", async () => {
    const raw = await open();
    for (const byte of frame(TEXT, "byte by byte €")) raw.send(Buffer.of(byte));
    expect((await raw.received.next()).payload.toString()).toBe("byte by byte €");
  });

  test("may cut a character", async () => {
    const raw = await open();
    const bytes = Buffer.from("a€b");
    raw.send(
      frame(TEXT, bytes.subarray(0, 2), { fin: false }),
      frame(CONTINUATION, bytes.subarray(2, 3), { fin: false }),
      frame(CONTINUATION, bytes.subarray(3)),
    );
    expect((await raw.received.next()).payload.toString()).toBe("a€b");
  });

  test("that were sent before the handshake's end was read are not lost", async () => {
    const raw = await open();
    raw.send(...Array.from({ length: 100 }, (_, i) => frame(TEXT, String(i))), frame(CLOSE, ""));
    const texts = await raw.received.take(100);
    expect(texts.map(({ payload }) => Number(payload))).toEqual([...texts.keys()]);
    expect((await raw.received.next()).opcode).toBe(CLOSE);
  });
});

describe("a violation closes with", () => {
  test.each<[string, number, ...Buffer[]]>([
    ["no mask", 1002, frame(TEXT, "hello", { masked: false })],
    ["a reserved bit", 1002, frame(TEXT, "hello", { reserved: 0x20 })],
    ["compression that was not agreed on", 1002, frame(TEXT, "hello", { reserved: RSV1 })],
    ["a reserved opcode", 1002, frame(0x3, "hello")],
    ["a reserved opcode of control", 1002, frame(0xb, "hello")],
    ["a continuation of nothing", 1002, frame(CONTINUATION, "hello")],
    ["a message within a message", 1002, frame(TEXT, "a", { fin: false }), frame(TEXT, "b")],
    ["a fragmented ping", 1002, frame(PING, "a", { fin: false })],
    ["a ping of 126 bytes", 1002, frame(PING, "x".repeat(126))],
    ["a close of one byte", 1002, frame(CLOSE, bytes(3))],
    ["a close with a reserved code", 1002, frame(CLOSE, bytes(0x03, 0xed))],
    ["a close with an unknown code", 1002, frame(CLOSE, bytes(0x00, 0x01))],
    ["text that is not UTF-8", 1007, frame(TEXT, bytes(0x61, 0xff))],
    ["text with a surrogate", 1007, frame(TEXT, bytes(0xed, 0xa0, 0x80))],
    ["text with half a character", 1007, frame(TEXT, bytes(0xe2, 0x82))],
    ["a reason that is not UTF-8", 1007, frame(CLOSE, bytes(0x03, 0xe8, 0xff))],
    ["a terabyte", 1009, frame(BINARY, "start", { claims: 1n << 40n })],
    ["half of all bytes there can be", 1009, frame(BINARY, "start", { claims: (1n << 63n) - 1n })],
  ])("%s: %i", async (_, code, ...sent) => {
    const raw = await open();
    raw.send(...sent);
    expect(await raw.closeCode()).toBe(code);
  });

  test("fragments without end: 1009", async () => {
    const raw = await open();
    const megabyte = Buffer.alloc(1 << 20);
    const more = frame(CONTINUATION, megabyte, { fin: false });
    await raw.sent(frame(BINARY, megabyte, { fin: false }));
    for (let i = 0; i < 63 && raw.received.waiting === 0; i++) await raw.sent(more);
    expect(await raw.closeCode()).toBe(1009);
  });
});

describe("compression", () => {
  test("is undone, and done", async () => {
    const raw = await open(DEFLATE);
    const text = "again and ".repeat(100);
    raw.send(frame(TEXT, deflated(text), { reserved: RSV1 }));
    const answer = await raw.received.next();
    expect(answer.reserved).toBe(RSV1);
    expect(answer.payload.length).toBeLessThan(200);
    expect(inflated(answer)).toBe(text);
  });

  test("is the sender's choice for each message", async () => {
    const raw = await open(DEFLATE);
    raw.send(frame(TEXT, "plain"), frame(TEXT, deflated("squeezed"), { reserved: RSV1 }));
    expect((await raw.received.take(2)).map(inflated)).toEqual(["plain", "squeezed"]);
  });

  test("goes over fragments", async () => {
    const raw = await open(DEFLATE);
    const body = deflated("one message in two frames");
    raw.send(
      frame(BINARY, body.subarray(0, 5), { fin: false, reserved: RSV1 }),
      frame(CONTINUATION, body.subarray(5)),
    );
    const answer = await raw.received.next();
    expect(answer.opcode).toBe(BINARY);
    expect(inflated(answer)).toBe("one message in two frames");
  });

  test.each<[string, number, Buffer]>([
    ["a stream that is none", 1007, frame(TEXT, bytes(0xff, 0xff, 0xff), { reserved: RSV1 })],
    ["text that is not UTF-8 when unpacked", 1007, frame(TEXT, deflated(bytes(0xff)), { reserved: RSV1 })],
    ["a compressed ping", 1002, frame(PING, "a", { reserved: RSV1 })],
    ["a bomb", 1009, frame(BINARY, deflated(Buffer.alloc(64 << 20)), { reserved: RSV1 })],
  ])("closes at %s: %i", async (_, code, sent) => {
    const raw = await open(DEFLATE);
    raw.send(sent);
    expect(await raw.closeCode()).toBe(code);
  });
});

test.each<[string, Record<string, string>]>([
  ["an empty key", { "Sec-WebSocket-Key": "" }],
  ["a key of the wrong length", { "Sec-WebSocket-Key": "c2hvcnQ=" }],
  ["an unknown version", { "Sec-WebSocket-Version": "12" }],
])("a handshake with %s is refused", async (_, changes) => {
  await expect(Frames.open(stage.port, "/echo", changes)).rejects.toThrow(/^HTTP\/1\.1 4(00|26) /);
});
