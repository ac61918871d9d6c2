// How an Engine.IO session moves from long-polling to WebSocket.
import { afterAll, beforeAll, expect, test } from "vitest";

import { Session } from "./session";
import { Stage } from "./stage";
import { Wire } from "./wire";

let stage: Stage;
let base: string;

beforeAll(async () => {
  stage = await Stage.start();
  base = `${stage.url}/engine.io/`;
});

afterAll(() => stage?.dispose());

async function probed(session: Session, beats = true): Promise<Wire> {
  const wire = await Wire.open(session.upgradeUrl, { beats });
  wire.send("2probe");
  expect(await wire.text()).toBe("3probe");
  return wire;
}

async function upgraded(beats = true): Promise<[Session, Wire]> {
  const session = await Session.open(base);
  const wire = await probed(session, beats);
  wire.send("5");
  return [session, wire];
}

test("a session continues on the WebSocket", async () => {
  const [, wire] = await upgraded();
  wire.send("4hello");
  expect(await wire.text()).toBe("4hello");
  wire.close();
});

test("the heartbeat continues on the WebSocket", async () => {
  const [, wire] = await upgraded(false);
  for (let round = 0; round < 3; round++) {
    expect(await wire.text()).toBe("2");
    wire.send("3");
  }
  wire.close();
});

test("the poll that waits is let go by the probe", async () => {
  const session = await Session.open(base);
  const { poll } = await session.waiting();
  const wire = await probed(session);
  expect(await (await poll).text()).toBe("6");
  wire.send("5");
  wire.send("4hello");
  expect(await wire.text()).toBe("4hello");
  wire.close();
});

test("nothing is lost or doubled on the way", async () => {
  const session = await Session.open(base);
  await session.send("4before");
  const wire = await probed(session);
  await session.send("4between");
  wire.send("5");
  wire.send("4after");
  const received = [await wire.text(), await wire.text(), await wire.text()];
  expect(received).toEqual(["4before", "4between", "4after"]);
  wire.close();
});

test("polls are refused after the upgrade, and do no harm", async () => {
  const [session, wire] = await upgraded();
  wire.send("4over");
  expect(await wire.text()).toBe("4over");
  expect((await session.get()).status).toBe(400);
  expect((await session.post("4no")).status).toBe(400);
  wire.send("4hello");
  expect(await wire.text()).toBe("4hello");
  wire.close();
});

test("a second WebSocket is closed after the upgrade, and does no harm", async () => {
  const [session, wire] = await upgraded();
  wire.send("4over");
  expect(await wire.text()).toBe("4over");
  const second = await Wire.open(session.upgradeUrl).catch(() => undefined);
  await second?.closed(250);
  wire.send("4hello");
  expect(await wire.text()).toBe("4hello");
  wire.close();
});

test("a probe that is none leaves the session where it was", async () => {
  const session = await Session.open(base);
  const wire = await Wire.open(session.upgradeUrl);
  wire.send("4hello");
  await wire.closed(250);
  await session.send("4still polling");
  expect(await session.next()).toBe("4still polling");
});

test("a probe that breaks off leaves the session where it was", async () => {
  const session = await Session.open(base);
  const wire = await probed(session);
  wire.drop();
  await session.send("4still polling");
  for (;;) {
    const packet = await session.next();
    if (packet === "6") continue;
    expect(packet).toBe("4still polling");
    break;
  }
});
