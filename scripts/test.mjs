// `make test`: everything. See lib/suite.mjs for the order.
import { root, run, steps } from './lib/steps.mjs';

if ((await run('node', ['scripts/setup.mjs', '--test'], { cwd: root })) !== 0) process.exit(1);
const { full } = await import('./lib/suite.mjs');
await steps('test', full);
