// Who gets what is said in rooms.
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { Cast, ROUTES, heard } from "./cast";
import type { Inbox } from "./inbox";
import { CALM, Stage } from "./stage";

let stage: Stage;
const cast = new Cast();

beforeAll(async () => {
  stage = await Stage.start(CALM);
});

afterEach(() => cast.leave());
afterAll(() => stage?.dispose());

type Said = Inbox<[string]>;

describe.each(ROUTES)("in rooms, %s,", (_, route) => {
  let [anna, ben, cleo]: Socket[] = [];
  let inboxes: Said[];

  beforeEach(async () => {
    const enter = () => cast.enter(`${stage.url}/judge`, route);
    const three = await Promise.all([enter(), enter(), enter()]);
    [anna, ben, cleo] = three;
    inboxes = three.map((socket) => heard<[string]>(socket, "said"));
    // Where everybody is, for the word after which nothing more can come.
    await Promise.all(three.map((socket) => socket.emitWithAck("join", "everybody")));
  });

  const say = (to: string | string[], data: string, except?: string) =>
    anna?.emit("say", { to, data, name: "said", ...(except === undefined ? {} : { except }) });

  /** What each of the three has heard when all that was said has arrived. */
  async function received(): Promise<string[][]> {
    say("everybody", "the end");
    return Promise.all(
      inboxes.map(async (inbox) => {
        const words: string[] = [];
        for (;;) {
          const [word] = await inbox.next();
          if (word === "the end") return words;
          words.push(word);
        }
      }),
    );
  }

  test("everybody in it gets a message, nobody else", async () => {
    await anna?.emitWithAck("join", "a");
    await ben?.emitWithAck("join", ["a", "b"]);
    say("a", "to a");
    say("b", "to b");
    say("nobody's room", "to nobody");
    expect(await received()).toEqual([["to a"], ["to a", "to b"], []]);
  });

  test("several of them at once are one copy for each", async () => {
    await anna?.emitWithAck("join", ["a", "b", "c"]);
    await ben?.emitWithAck("join", ["b", "c"]);
    await cleo?.emitWithAck("join", "d");
    say(["a", "b", "c", "a"], "once");
    expect(await received()).toEqual([["once"], ["once"], []]);
  });

  test("whoever is in an excepted one gets nothing", async () => {
    await anna?.emitWithAck("join", "a");
    await ben?.emitWithAck("join", ["a", "quiet"]);
    await cleo?.emitWithAck("join", ["a", "b", "quiet"]);
    say(["a", "b"], "psst", "quiet");
    say("a", "still", "no such room");
    expect(await received()).toEqual([["psst", "still"], ["still"], ["still"]]);
  });

  test("a sender hears others, not itself", async () => {
    const shouts = [anna, ben, cleo].map((socket) => heard<[string]>(socket as Socket, "shout"));
    await Promise.all([anna, ben].map((socket) => socket?.emitWithAck("join", "a")));
    anna?.emit("shout", { room: "a", data: "hello" });
    await received();
    expect(shouts.map((inbox) => inbox.all.map(([data]) => data))).toEqual([[], ["hello"], []]);
  });

  test("each socket has one of its own", async () => {
    say(ben?.id ?? "", "for ben");
    say([ben?.id ?? "", cleo?.id ?? ""], "for two");
    expect(await received()).toEqual([[], ["for ben", "for two"], ["for two"]]);
  });

  test("who has left gets nothing", async () => {
    await Promise.all([anna, ben].map((socket) => socket?.emitWithAck("join", ["a", "b"])));
    ben?.emit("leave", "a");
    // Answered after the leave was done.
    await ben?.emitWithAck("join", "b");
    say("a", "to a");
    say("b", "to b");
    expect(await received()).toEqual([["to a", "to b"], ["to b"], []]);
  });
});
