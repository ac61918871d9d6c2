// The bench's peer on Node is no dependency of anything here: it is installed below target/.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

const SOURCE = join(root, 'crates/bench/peers');
const FOLDER = join(root, 'target/bench-peers');

const json = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

function installed(name, version) {
  try {
    return json(FOLDER, 'node_modules', name, 'package.json').version === version;
  } catch {
    return false; // not there
  }
}

/** The folder with the peer, or nothing when its packages cannot be had. */
export function installNodePeer() {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of ['package.json', 'socketio.mjs']) {
    copyFileSync(join(SOURCE, file), join(FOLDER, file));
  }
  const packages = Object.entries(json(SOURCE, 'package.json').dependencies);
  if (packages.every(([name, version]) => installed(name, version))) return FOLDER;

  const names = packages.map(([name, version]) => `${name} ${version}`).join(', ');
  console.log(`\n▶ peer: installing ${names} into target/bench-peers`);
  const npm = ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status } = spawnSync('npm', npm, { cwd: FOLDER, stdio: 'inherit' });
  if (status === 0) return FOLDER;
  console.error('✗ peer: the npm registry cannot be reached; measuring without socket.io on Node');
  return undefined;
}
