// The echo on /echo as a stock WebSocket client sees it; frames.test.ts looks closer.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { dice } from "../crash/dice";
import { Stage } from "./stage";
import { Wire } from "./wire";

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});

afterAll(() => stage?.dispose());

// Around every change in how a length is written, and the megabyte.
const SIZES = [0, 1, 125, 126, 127, 128, 1000, 65_535, 65_536, 65_537, 200_000, 1_000_000];

describe.each([
  ["without compression", false, ""],
  ["with compression", { threshold: 0 }, "permessage-deflate"],
])("an echo %s", (_, perMessageDeflate, extension) => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.open(`${stage.ws}/echo`, { perMessageDeflate });
  });

  afterAll(() => wire.close());

  test("agrees on the extension", () => {
    expect(wire.extensions.split(";")[0]).toBe(extension);
  });

  test.each(SIZES)("returns %i characters", async (size) => {
    const text = "signalbox ".repeat(size / 10 + 1).slice(0, size);
    wire.send(text);
    const answer = await wire.text();
    expect(answer.length).toBe(size);
    expect(answer === text).toBe(true);
  });

  test.each(SIZES)("returns %i bytes that cannot be compressed", async (size) => {
    const random = dice(size);
    const bytes = Buffer.from(Uint8Array.from({ length: size }, () => random() * 256));
    wire.send(bytes);
    const answer = await wire.messages.next();
    expect(Buffer.isBuffer(answer)).toBe(true);
    expect(bytes.equals(answer as Buffer)).toBe(true);
  });

  test("returns text beyond ASCII", async () => {
    wire.send("€ 😀 \u0000 \u{10ffff}");
    expect(await wire.text()).toBe("€ 😀 \u0000 \u{10ffff}");
  });

  test("puts fragments together", async () => {
    for (const [i, part] of ["one ", "", "two ", "€", "three"].entries()) wire.send(part, { fin: i === 4 });
    expect(await wire.text()).toBe("one two €three");
  });

  test("keeps the order of many messages", async () => {
    const texts = Array.from({ length: 2000 }, (_, i) => `message ${i}`);
    wire.sendAll(...texts);
    expect(await wire.messages.take(2000)).toEqual(texts);
  });

  test("returns the code of a close", async () => {
    const closing = await Wire.open(`${stage.ws}/echo`, { perMessageDeflate });
    closing.close(4321, "enough");
    expect((await closing.closed()).code).toBe(4321);
  });
});
