// `make setup`: npm packages exactly as locked, and DuckDB's prebuilt library where the linker
// looks for it. With --test also what only the tests need. Does nothing that is already done.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { available, root, run } from './lib/steps.mjs';

const lockfile = join(root, 'package-lock.json');
const fail = (message) => {
  console.error(`setup: ${message}`);
  process.exit(1);
};

async function packages() {
  const installed = join(root, 'node_modules/.package-lock.json');
  const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs;
  if (fresh) return;
  console.log('setup: installing npm packages as locked');
  if ((await run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'])) !== 0) {
    fail('npm ci failed');
  }
}

/** npm checked the archive against the hash in the lock when it unpacked it; this makes sure that
 * what is copied is that package and that version, and that there was a hash to check. */
function library() {
  const name = `@duckdb/node-bindings-${process.platform}-${process.arch}`;
  const locked = JSON.parse(readFileSync(lockfile, 'utf8')).packages[`node_modules/${name}`];
  if (!locked) fail(`DuckDB publishes no library for ${process.platform}-${process.arch}`);
  if (!locked.integrity) {
    fail(`package-lock.json has no hash of ${name}: run \`npm install\` here once and commit the lock`);
  }
  const folder = join(root, 'node_modules', name);
  if (!existsSync(folder)) fail(`${name} was not installed (npm ci --include=optional)`);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (version !== locked.version) fail(`${name} is ${version}, the lock says ${locked.version}`);

  const file = process.platform === 'darwin' ? 'libduckdb.dylib' : 'libduckdb.so';
  const source = join(folder, file);
  const target = join(root, 'third_party/duckdb/lib', file);
  const [from, to] = [source, target].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (!from) fail(`${name} does not contain ${file}`);
  if (to && to.size === from.size && to.mtimeMs >= from.mtimeMs) return;
  mkdirSync(join(root, 'third_party/duckdb/lib'), { recursive: true });
  // Under another name first: a build that runs meanwhile never sees half a library.
  copyFileSync(source, `${target}.new`);
  renameSync(`${target}.new`, target);
  console.log(`setup: ${file} of ${name} ${version} is in third_party/duckdb/lib`);
}

/** Installs packages of Debian or Ubuntu, and says so. */
async function install(what, ...names) {
  if (!available('apt-get', '--version')) fail(`${what}: there is no apt-get here to install ${names}`);
  console.log(`setup: ${what}, installing ${names.join(' ')}`);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  const apt = async (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args];
    return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  await apt('update', '-qq');
  if ((await apt('install', '-y', '-qq', '--no-install-recommends', ...names)) !== 0) {
    fail(`could not install ${names.join(' ')}`);
  }
  console.log(`setup: installed ${names.join(' ')}`);
}

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

async function browser() {
  const present = process.env.CHROMIUM || browsers.find((name) => available(name, '--version'));
  if (present) console.log(`setup: the browser tests use ${present}`);
  else await install('no Chromium found (CHROMIUM names another one)', 'chromium');
}

/** The Python client that judges the realtime server, in an environment of its own. */
async function pythonJudge() {
  const requirements = join(root, 'e2e/python/requirements.txt');
  const folder = join(root, 'target/judge-venv');
  const stamp = join(folder, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  // Debian's python3 has the module venv, but not what it needs to put pip into an environment.
  const ready = available('python3', '-c', 'import ensurepip, venv');
  if (!ready) await install('Python cannot make virtual environments', 'python3', 'python3-venv');
  console.log('setup: installing the Python judge as locked into target/judge-venv');
  const steps = [
    ['python3', '-m', 'venv', '--clear', folder],
    [
      join(folder, 'bin/pip'),
      ...['install', '--quiet', '--disable-pip-version-check'],
      ...['--require-hashes', '--only-binary=:all:', '--no-deps', '-r', requirements],
    ],
  ];
  for (const [command, ...args] of steps) {
    if ((await run(command, args)) !== 0) fail(`${command} ${args.join(' ')} failed`);
  }
  // Last: an environment without this file is made anew.
  copyFileSync(requirements, stamp);
}

async function testNeeds() {
  await browser();
  await pythonJudge();
}

await packages();
library();
if (process.argv.includes('--test')) await testNeeds();
