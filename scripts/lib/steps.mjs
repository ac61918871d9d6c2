// Runs commands one after the other, says how long each took, and stops at the first failure.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** `steps`: [name, command, ...args]. Exits the process with the first failing code. */
export async function steps(title, list) {
  const started = performance.now();
  const done = [];
  for (const [name, command, ...args] of list) {
    const from = performance.now();
    console.log(`\n▶ ${name}: ${[command, ...args].join(' ')}`);
    const code = await run(command, args);
    done.push(`${name} ${seconds(from)}`);
    if (code !== 0) {
      console.error(`\n✗ ${title}: ${name} failed (exit ${code}) after ${seconds(started)}`);
      process.exit(code);
    }
  }
  console.log(`\n✓ ${title} in ${seconds(started)}: ${done.join(' · ')}`);
}

/** Whether a program can be started at all. */
export function available(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export { run };
