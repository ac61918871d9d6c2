// `make bench`: what ships, built as it ships, measured beside others doing the same work.
import { join } from 'node:path';
import { root, run, steps } from './lib/steps.mjs';
import { installNodePeer } from './lib/peers.mjs';

const args = process.argv.slice(2);
// Without --only everything is measured; with it, what it names.
const wants = (part) => !args.some((arg) => arg.startsWith('--only')) || args.join(' ').includes(part);
const release = ['build', '--release', '--locked'];

await steps('build', [
  ['dashboard', 'npm', 'run', '--silent', 'build'],
  ['server and bench', 'cargo', ...release, '-p', 'signalbox', '-p', 'bench'],
  ['realtime', 'cargo', ...release, '-p', 'realtime', '--example', 'conformance'],
]);
const nodePeer = wants('realtime') && installNodePeer();
process.exit(
  await run(join(root, 'target/release/bench'), [
    ...(nodePeer ? ['--node-peer', nodePeer] : []),
    ...args,
  ]),
);
