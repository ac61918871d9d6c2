// `make bench`: what ships, built as it ships, measured beside SQLite doing the same work.
import { join } from 'node:path';
import { root, run, steps } from './lib/steps.mjs';

await steps('build', [
  ['dashboard', 'npm', 'run', '--silent', 'build'],
  ['server and bench', 'cargo', 'build', '--release', '--locked', '-p', 'signalbox', '-p', 'bench'],
]);
process.exit(await run(join(root, 'target/release/bench'), process.argv.slice(2)));
