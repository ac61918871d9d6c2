import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Finished, binary, cleanEnvironment, run } from "./binary";
import { Client } from "./client";
import { eventually } from "./eventually";
import { freePort } from "./ports";

export const ADMIN = { username: "root", password: "correct horse battery staple" };

export interface ServerOptions {
  /** Further arguments of `serve`. */
  args?: string[];
  env?: Record<string, string>;
  /** An existing data directory, which is then kept by `dispose`. */
  dataDir?: string;
}

// Should the test run be ended from outside, its servers end with it.
const alive = new Set<ChildProcess>();
process.once("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

/** One `signalbox serve` on a data directory of its own, at an address that outlives restarts. */
export class Server {
  #child: ChildProcess | undefined;
  #output = "";

  private constructor(
    readonly dataDir: string,
    readonly port: number,
    private readonly options: ServerOptions,
  ) {}

  static async start(options: ServerOptions = {}): Promise<Server> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "signalbox-e2e-")));
    const server = new Server(dataDir, await freePort(), options);
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What the process has printed so far, over all its lives. */
  get output(): string {
    return this.#output;
  }

  /** Arguments by which every command finds this server's data and address. */
  get place(): string[] {
    const address = ["--host", "127.0.0.1", "--port", String(this.port)];
    // A disk budget of its own: a full machine must not have the server refuse items.
    return ["--data-dir", this.dataDir, ...address, "--set", "storage.max_disk=2GiB"];
  }

  /** Starts the process and waits until it says that it is healthy. */
  async up(): Promise<void> {
    const child = spawn(binary(), [...this.place, "serve", ...(this.options.args ?? [])], {
      env: { ...cleanEnvironment(), ...this.options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    alive.add(child);
    child.once("exit", () => alive.delete(child));
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    try {
      const patience = { within: 30_000, every: 10 };
      const state = await eventually("the server is well", () => this.#state(child), patience);
      if (state === "gone") throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`the server did not start:\n${this.#output}`, { cause: error });
    }
  }

  async #state(child: ChildProcess): Promise<"well" | "gone"> {
    if (child.exitCode !== null || child.signalCode !== null) return "gone";
    const response = await fetch(`${this.url}/system/health`);
    if (response.ok) return "well";
    throw new Error(`health is ${response.status}: ${await response.text()}`);
  }

  /** Ends the process and waits for its exit code (null after a signal). */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const code = await exited;
    this.#child = undefined;
    return code;
  }

  async dispose(): Promise<void> {
    await this.end("SIGKILL");
    if (!this.options.dataDir) await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Runs another command of the binary against the same data directory and address. */
  command(...args: string[]): Promise<Finished> {
    return run([...this.place, ...args], this.options.env);
  }

  /** The same against another data directory. */
  commandIn(dataDir: string, ...args: string[]): Promise<Finished> {
    return run(["--data-dir", dataDir, ...args], this.options.env);
  }

  /** What the first start printed for a person to sign in with. */
  firstLogin(): { username: string; password: string } | undefined {
    const username = /Sign in as\s+(\S+)/.exec(this.#output)?.[1];
    const password = /Password\s+(\S+)/.exec(this.#output)?.[1];
    return username && password ? { username, password } : undefined;
  }

  client(): Client {
    return new Client(this.url);
  }

  /** Signs in as an administrator that `create-admin` makes when it is missing. */
  async admin(): Promise<Client> {
    const client = this.client();
    try {
      await client.login(ADMIN.username, ADMIN.password);
    } catch {
      const made = await run([...this.place, "create-admin", "--username", ADMIN.username], {
        SIGNALBOX_ADMIN_PASSWORD: ADMIN.password,
      });
      if (made.code !== 0) throw new Error(`create-admin failed: ${made.stderr}${made.stdout}`);
      await client.login(ADMIN.username, ADMIN.password);
    }
    return client;
  }
}
