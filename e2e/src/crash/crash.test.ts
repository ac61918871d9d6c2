import { afterAll, beforeAll, expect, test } from "vitest";

import { eventually } from "../harness/eventually";
import { Project } from "../harness/project";
import { Server } from "../harness/server";
import { OUTCOMES } from "../harness/types";
import { between, dice } from "./dice";
import { exported } from "./export";
import { EVENTS, LOGS, Sender } from "./sender";

const KILLS = Number(process.env["CRASH_KILLS"] ?? 20);
const SEED = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(async () => {
  await server?.dispose();
});

test(`nothing acknowledged is lost or doubled by ${KILLS} kills (CRASH_SEED=${SEED})`, async () => {
  const project = await Project.create(await server.admin(), "crash");
  const senders = [EVENTS, EVENTS, EVENTS, LOGS, LOGS].map(
    (route, i) => new Sender(`c${i}`, server.url, project.secretKey, route, dice(SEED + i)),
  );
  const failures: unknown[] = [];
  const running = senders.map((sender) => sender.run().catch((error) => failures.push(error)));
  const confirmed = () => senders.reduce((n, sender) => n + sender.account.acknowledged.size, 0);

  const moment = dice(SEED - 1);
  for (let kill = 0; kill < KILLS; kill++) {
    const enough = confirmed() + between(moment, 1, 1500);
    await eventually(
      "the senders get on with it",
      () => failures.length > 0 || confirmed() >= enough || undefined,
      { within: 20_000, every: between(moment, 1, 20) },
    );
    await server.end("SIGKILL");
    await server.up();
  }
  for (const sender of senders) sender.stop();
  await Promise.all(running);
  expect(failures).toEqual([]);
  expect(senders.some((sender) => sender.account.unanswered > 0)).toBe(true);

  const fresh = await server.admin();
  const own = new Project(fresh, project.slug, project.publicKey, project.secretKey);
  let rows = 0;
  for (const [what, route] of [["events", EVENTS], ["logs", LOGS]] as const) {
    const acknowledged = senders
      .filter((sender) => sender.sends(route))
      .flatMap((sender) => [...sender.account.acknowledged]);
    const times = await eventually(`all ${what} are visible`, async () => {
      const found = await exported(server.url, project.slug, what, project.secretKey);
      return found.size >= acknowledged.length ? found : undefined;
    });
    expect(acknowledged.filter((id) => times.get(id) !== 1)).toEqual([]);
    // Every batch was delivered in the end, so that nothing else may stand there either.
    expect(times.size).toBe(acknowledged.length);
    rows += times.size;
  }

  const totals = await own.ledger();
  expect(totals.accepted).toBe(rows);
  expect(totals.received).toBe(OUTCOMES.reduce((sum, outcome) => sum + totals[outcome], 0));
  expect(totals.invalid + totals.denied + totals.sampled + totals.limited).toBe(0);
  const unanswered = senders.reduce((n, sender) => n + sender.account.unanswered, 0);
  console.info(
    `${KILLS} kills: ${rows} rows, ${totals.duplicate} duplicates, ${unanswered} requests cut off`,
  );
}, 150_000);
