// The steps of `make check` and `make test`, in the order in which they fail fastest.
import { available } from './steps.mjs';

export const quick = [
  ['format', 'cargo', 'fmt', '--all', '--check'],
  ['tidy', 'node', 'scripts/tidy.mjs'],
  ['tidy can fail', 'node', '--test', 'scripts/tidy.test.mjs'],
  // The server embeds the built pages, so they come before anything that compiles it.
  ['pages', 'npm', 'run', '--silent', 'build'],
  ['clippy', 'cargo', 'clippy', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings'],
];

const rust = available('cargo-nextest', 'nextest', '--version')
  ? ['rust tests', 'cargo', 'nextest', 'run', '--workspace', '--locked', '--profile', 'ci']
  : ['rust tests', 'cargo', 'test', '--workspace', '--locked', '--quiet'];

export const full = [
  ...quick,
  rust,
  // nextest leaves out the examples in the documentation.
  ['examples', 'cargo', 'test', '--doc', '--locked', '--quiet', '-p', 'realtime'],
  ['fuzz', 'node', 'scripts/fuzz.mjs'],
  ['npm checks', 'npm', 'run', '--silent', 'check'],
  // The browser tests drive what ships.
  ['release build', 'cargo', 'build', '--release', '--locked', '-p', 'signalbox'],
  // What the stock Socket.IO clients judge.
  [
    'judged server',
    ...['cargo', 'build', '--release', '--locked', '-p', 'realtime', '--example', 'conformance'],
  ],
  ['e2e', 'npm', 'run', '--silent', 'test', '-w', 'e2e'],
];
