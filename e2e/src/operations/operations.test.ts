import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { eventually } from "../harness/eventually";
import { Project } from "../harness/project";
import { Server } from "../harness/server";

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "signalbox-operations-"));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("a first start", () => {
  let server: Server;

  afterAll(() => server?.dispose());

  test("prints a password once, and it works until it is changed", async () => {
    server = await Server.start();
    const { username, password } = await eventually("the password is shown", () => server.firstLogin());
    const client = server.client();
    await client.login(username, password);
    const me = await client.get<{ operator: { mustChangePassword: boolean } }>("/api/auth/me");
    expect(me.operator.mustChangePassword).toBe(true);
    await client.post("/api/auth/password", { current: password, next: "a sentence of my own" });
    await client.login(username, "a sentence of my own");
  });

  test("is told well from ill by healthcheck", async () => {
    expect((await server.command("healthcheck")).code).toBe(0);
    expect(await server.end("SIGTERM")).toBe(0);
    expect((await server.command("healthcheck")).code).not.toBe(0);
    await server.up();
    expect((await server.command("healthcheck")).code).toBe(0);
  });
});

test("a demo is alive within a minute of its first start", async () => {
  const server = await Server.start({ args: ["--demo"] });
  try {
    const client = await server.admin();
    const me = await client.get<{ projects: { slug: string; demo: boolean }[] }>("/api/auth/me");
    const demo = me.projects.find((project) => project.demo);
    expect(demo).toBeDefined();
    const path = `/api/projects/${demo!.slug}`;
    await eventually(
      "every kind of thing is there",
      async () => {
        const kinds = await client.post<{ rows: [string, number][] }>(`${path}/query`, {
          dataset: "events",
          from: "-24h",
          groupBy: ["kind"],
          measures: [{ as: "n", fn: "count" }],
        });
        const logs = await client.get<{ items: unknown[] }>(`${path}/logs`, { limit: 1 });
        const seen = kinds.rows.map(([kind]) => kind);
        const all = ["page", "event", "api", "error", "vital"].every((kind) => seen.includes(kind));
        return (all && logs.items.length > 0) || undefined;
      },
      { within: 60_000, every: 250 },
    );
  } finally {
    await server.dispose();
  }
}, 90_000);

test("a backup is verified, and a restored server knows the same", async () => {
  const server = await Server.start();
  const backups = join(scratch, "backups");
  const restored = join(scratch, "restored");
  try {
    const project = await Project.create(await server.admin(), "kept");
    const events = Array.from({ length: 300 }, (_, i) => ({ type: "event", name: `n${i % 7}`, eventId: `k${i}` }));
    await project.send(events);
    await project.sendLogs([{ deviceId: "d", level: "WARN", message: "keep me" }]);
    await eventually("everything is visible", async () => (await project.events()).length === 300 || undefined);
    const ledger = await project.ledger();

    // The command is for a stopped server; a running one makes its own at night.
    await server.end("SIGTERM");
    expect(await server.command("backup", "--to", backups)).toMatchObject({ code: 0 });
    await server.up();
    await project.send([{ type: "event", name: "after the backup", eventId: "late" }]);

    const [dated] = await readdir(backups);
    const backup = join(backups, dated!);
    expect(await server.command("verify-backup", backup)).toMatchObject({ code: 0 });
    const restore = await server.commandIn(restored, "restore", backup);
    expect(restore).toMatchObject({ code: 0 });
    // The key is in no backup: whoever restores brings it from where it is kept.
    await copyFile(join(server.dataDir, "master.key"), join(restored, "master.key"));

    const other = await Server.start({ dataDir: restored });
    try {
      const client = await other.admin();
      const again = new Project(client, project.slug, project.publicKey, project.secretKey);
      const ids = (await again.events()).map((event) => event.eventId);
      expect(new Set(ids)).toEqual(new Set(events.map((event) => event.eventId)));
      expect(await again.ledger()).toEqual(ledger);
      const logs = await client.get<{ items: unknown[] }>(`${again.path}/logs`);
      expect(logs.items).toHaveLength(1);
      // Keys came along too.
      await again.send([{ type: "event", name: "new life", eventId: "n1" }]);
    } finally {
      await other.dispose();
    }
  } finally {
    await server.dispose();
  }
}, 90_000);
