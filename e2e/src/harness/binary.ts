import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The release binary, or what `SIGNALBOX_BIN` names. */
export function binary(): string {
  const path =
    process.env["SIGNALBOX_BIN"] ??
    fileURLToPath(new URL("../../../target/release/signalbox", import.meta.url));
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: cargo build --release -p signalbox, or set SIGNALBOX_BIN`);
  }
  return path;
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one command of the binary to its end. */
export function run(args: string[], env: Record<string, string> = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary(), args, { env: { ...cleanEnvironment(), ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The caller's environment without settings meant for another server. */
export function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(SIGNALBOX_|PORT$|JWT_SECRET$)/.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
