// `make dev`: a debug server with the demo project, and the dashboard with reloading pages.
// Ends both when either ends.
import { spawn } from 'node:child_process';
import { root } from './lib/steps.mjs';

const start = (command, args) => spawn(command, args, { cwd: root, stdio: 'inherit' });
const children = [
  start('cargo', ['run', '-p', 'signalbox', '--', 'serve', '--dev', '--demo']),
  start('npm', ['run', '--silent', 'dev', '-w', 'dashboard']),
];
const stop = () => children.forEach((child) => child.kill('SIGTERM'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
for (const child of children) child.on('exit', stop);
