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

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

async function testNeeds() {
  const present = process.env.CHROMIUM || browsers.find((name) => available(name, '--version'));
  if (present) {
    console.log(`setup: the browser tests use ${present}`);
  } else {
    if (!available('apt-get', '--version')) {
      fail('the browser tests need Chromium: install it, or set CHROMIUM');
    }
    console.log('setup: no Chromium found, installing the package `chromium`');
    const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
    const apt = async (...args) => {
      const [command, ...rest] = [...sudo, 'apt-get', ...args];
      return run(command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    };
    await apt('update', '-qq');
    if ((await apt('install', '-y', '-qq', '--no-install-recommends', 'chromium')) !== 0) {
      fail('could not install Chromium');
    }
    console.log('setup: installed the package `chromium`');
  }
}

await packages();
library();
if (process.argv.includes('--test')) await testNeeds();
