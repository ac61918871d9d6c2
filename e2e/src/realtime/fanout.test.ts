// One message for everybody, over every transport at once.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { Cast, ROUTES, heard } from "./cast";
import { CALM, Stage } from "./stage";
import { Wire } from "./wire";

interface Measured {
  ts: number;
  pad: string;
}

let stage: Stage;
const cast = new Cast();

beforeAll(async () => {
  stage = await Stage.start(CALM);
});

afterEach(() => cast.leave());
afterAll(() => stage?.dispose());

/** Twenty messages of 100 characters, then one of 7: all there, in order, and nothing else. */
function judge(messages: Measured[]): void {
  expect(messages.map(({ pad }) => pad.length)).toEqual([...Array<number>(20).fill(100), 7]);
  const times = messages.map(({ ts }) => ts);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  // Microseconds since 1970, and not long ago.
  expect(Math.abs(Date.now() - (times[0] as number) / 1000)).toBeLessThan(60_000);
}

test("on /socket.io/ it reaches everybody once", async () => {
  const routes = Array.from({ length: 30 }, (_, i) => ROUTES[i % ROUTES.length]?.[1]);
  const crowd = await Promise.all(routes.map((route) => cast.enter(stage.url, route)));
  const inboxes = crowd.map((socket) => heard<[Measured]>(socket, "m"));
  crowd[0]?.emit("go", { k: 20, size: 100 });
  crowd[0]?.emit("go", { k: 1, size: 7 });
  const received = await Promise.all(inboxes.map((inbox) => inbox.take(21)));
  for (const messages of received) judge(messages.map(([message]) => message));
});

test("on /ws it reaches everybody once", async () => {
  const crowd = await Promise.all(
    Array.from({ length: 30 }, (_, i) => Wire.open(`${stage.ws}/ws`, { perMessageDeflate: i % 2 === 0 })),
  );
  crowd[0]?.send(JSON.stringify({ t: "go", k: 20, size: 100 }));
  crowd[0]?.send(JSON.stringify({ t: "go", k: 1, size: 7 }));
  for (const wire of crowd) {
    const messages = (await wire.messages.take(21)).map((text) => JSON.parse(String(text)));
    expect(messages.every(({ t }) => t === "m")).toBe(true);
    judge(messages);
    wire.close();
  }
});
