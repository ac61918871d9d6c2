// A client in another language, so that what only JavaScript tolerates is noticed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

import { CALM, Stage } from "./stage";

const path = (relative: string) => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
const PYTHON = path("target/judge-venv/bin/python");

let stage: Stage;

beforeAll(async () => {
  if (!existsSync(PYTHON)) throw new Error(`${PYTHON} is missing: node scripts/setup.mjs --test`);
  stage = await Stage.start(CALM);
});

afterAll(() => stage?.dispose());

test("python-socketio finds nothing wrong", async () => {
  const { code, report } = await judged(stage.url);
  const lines = report.split("\n");
  const planned = Number(/^1\.\.(\d+)$/m.exec(report)?.[1]);
  expect(lines.filter((line) => /^(not ok|#) /.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith("ok ")).length).toBe(planned);
  expect(planned).toBeGreaterThan(10);
  expect(code).toBe(0);
});

function judged(url: string): Promise<{ code: number | null; report: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(PYTHON, [path("e2e/python/judge.py"), url]);
    let report = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (report += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (report += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, report }));
  });
}
