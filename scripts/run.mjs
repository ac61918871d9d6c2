// `make run`: the release build with its embedded dashboard, serving a demo project.
import { constants } from 'node:os';
import { join } from 'node:path';
import { root, run, steps } from './lib/steps.mjs';

await steps('build', [
  ['dashboard', 'npm', 'run', '--silent', 'build'],
  ['server', 'cargo', 'build', '--release', '--locked', '-p', 'signalbox'],
]);
// Ctrl-C reaches the server as well; it drains and exits by itself, and this waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
const binary = join(root, 'target/release/signalbox');
const code = await run(binary, ['serve', '--demo', ...process.argv.slice(2)]);
process.exit(code === 128 + constants.signals.SIGINT ? 0 : code);
