import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

import { cleanEnvironment } from "../harness/binary";
import { eventually } from "../harness/eventually";
import { freePort } from "../harness/ports";

/** Whether the stock server is judged. Tests name it only where ours differs by design. */
export const stock = process.env["REALTIME_TARGET"] === "reference";

/** What both servers do unless a test asks for another heartbeat. */
export const PING_INTERVAL = 300;
export const PING_TIMEOUT = 200;
export const MAX_PAYLOAD = 1_000_000;

/** For tests that are not about the heartbeat: a busy machine answers no ping within 200 ms. */
export const CALM: Heartbeat = [25_000, 20_000];

/** How often the server asks for a sign of life, and how long it waits for it. */
type Heartbeat = [interval: number, timeout: number];

// Should the test run be ended from outside, its servers end with it.
const alive = new Set<ChildProcess>();
process.once("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

/** The server under test: the conformance example, or the stock server with the same paths. */
export class Stage {
  #output = "";

  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    alive.add(child);
    child.once("exit", () => alive.delete(child));
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
  }

  static async start(heartbeat: Heartbeat = [PING_INTERVAL, PING_TIMEOUT]): Promise<Stage> {
    const port = await freePort();
    const [program, ...args] = command();
    const child = spawn(program, [...args, ...[port, ...heartbeat].map(String)], {
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stage = new Stage(port, child);
    try {
      const state = await eventually("the stage listens", () => stage.#state(), { every: 20 });
      if (state === "gone") throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
      return stage;
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`the stage did not start:\n${stage.#output}`, { cause: error });
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get ws(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Ends the process. That it was still there is a finding of its own: no input may end it. */
  async dispose(): Promise<void> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`the stage ended by itself (${exitCode ?? signalCode}):\n${this.#output}`);
    }
    const exited = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await exited;
  }

  async #state(): Promise<"listens" | "gone"> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return "gone";
    await reach(this.port);
    return "listens";
  }
}

function command(): [string, ...string[]] {
  if (stock) return [process.execPath, fileURLToPath(new URL("reference/server.mjs", import.meta.url))];
  const path =
    process.env["REALTIME_BINARY"] ??
    fileURLToPath(new URL("../../../target/release/examples/conformance", import.meta.url));
  if (!existsSync(path)) {
    throw new Error(
      `${path} is missing: cargo build --release -p realtime --example conformance, or set REALTIME_BINARY`,
    );
  }
  return [path];
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = connect(port, "127.0.0.1", () => {
      probe.destroy();
      resolve();
    });
    probe.on("error", reject);
  });
}
