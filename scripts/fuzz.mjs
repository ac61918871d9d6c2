// The parsers, fuzzed. `make fuzz ARGS='--seconds 60 websocket_reader'`: how long each target runs,
// and which; without names all of them. A crash is kept, and told with how to see it again.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { plant, seeds } from '../fuzz/seeds.mjs';
import { root } from './lib/steps.mjs';

const crate = join(root, 'fuzz');
const work = join(root, 'target/fuzz');
const artifacts = join(work, 'artifacts');

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1) fail(`--seconds ${values.seconds}: a whole number`);

/** What libFuzzer needs to see which way an input went. The stable compiler has all of it; only the
 * address sanitizer has not, and without `unsafe` there is nothing for it to find. */
const instrumented = [
  '--cfg fuzzing -C passes=sancov-module',
  ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map(
    (option) => `-C llvm-args=-sanitizer-coverage-${option}`,
  ),
].join(' ');

/** Inputs are short, since every path of a parser is; memory stays far above what a limit allows. */
const options = (target) => [
  `-max_total_time=${seconds}`,
  '-max_len=4096',
  '-rss_limit_mb=512',
  '-timeout=5',
  `-artifact_prefix=${artifacts}/${target}-`,
];

function fail(message) {
  console.error(`fuzz: ${message}`);
  process.exit(1);
}

/** The versions that are fuzzed are those that are shipped, whatever is newest. */
function lock() {
  const shipped = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const known = join(work, 'Cargo.lock');
  if (existsSync(known) && readFileSync(known, 'utf8') === shipped) return;
  writeFileSync(join(crate, 'Cargo.lock'), shipped);
  writeFileSync(known, shipped);
}

/** Builds every target and returns the folder they are in. */
function build() {
  lock();
  if (spawnSync('cargo', ['fmt', '--check'], { cwd: crate, stdio: 'inherit' }).status !== 0) {
    fail('the targets are not formatted');
  }
  const host = /^host: (.+)$/m.exec(spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout)[1];
  // With a target that is named, build scripts and macros are compiled without the flags.
  const args = ['build', '--release', '--quiet', '--bins', '--target', host, '--target-dir', work];
  const env = { ...process.env, RUSTFLAGS: instrumented };
  const { status } = spawnSync('cargo', args, { cwd: crate, env, stdio: 'inherit' });
  if (status !== 0) fail('the targets do not compile');
  return join(work, host, 'release');
}

/** Resolves to whether nothing was found. */
function fuzz(binary, target, inputs) {
  const [seeded, corpus] = ['seeds', 'corpus'].map((folder) => join(work, folder, target));
  const words = plant(seeded, inputs);
  mkdirSync(corpus, { recursive: true });
  const args = [...options(target), `-dict=${words}`, corpus, seeded];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-20_000)));
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`${binary}: ${error.message}`));
    child.on('close', (code) => {
      const [, runs = '?'] = /Done (\d+) runs/.exec(log) ?? [];
      const [, edges = '?'] = /.*cov: (\d+)/s.exec(log) ?? [];
      if (code === 0) {
        console.log(`fuzz: ${target}: ${runs} inputs, ${edges} edges`);
      } else {
        const [, found] = /Test unit written to (.+)/.exec(log) ?? [];
        console.error(`${log}\nfuzz: ${target} failed (exit ${code}); to see it again:`);
        console.error(`  ${relative(root, binary)} ${found ? relative(root, found) : corpus}\n`);
      }
      resolve(code === 0);
    });
  });
}

mkdirSync(artifacts, { recursive: true });
const all = seeds(root);
const sources = readdirSync(join(crate, 'src/bin')).map((file) => file.replace(/\.rs$/, ''));
for (const target of [...positionals, ...sources]) {
  if (!sources.includes(target)) fail(`there is no target ${target}`);
  if (!all[target]) fail(`fuzz/seeds.mjs has nothing for ${target}`);
}
const folder = build();
const waiting = positionals.length > 0 ? positionals : sources;
let clean = true;
async function worker() {
  for (let target = waiting.shift(); target; target = waiting.shift()) {
    clean = (await fuzz(join(folder, target), target, all[target])) && clean;
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
if (!clean) process.exit(1);
