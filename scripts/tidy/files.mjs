// How long a file may be, and what must not stand in it.

export const BUDGET = 800;

const SOURCE = /\.(rs|ts|tsx|mjs|js|css)$/;
const GENERATED = /(^|\/)(fixtures|snapshots)\/|\.(gen|d)\.ts$|\.snap$/;

/** Text that only means something on one machine or in one network. */
const FOREIGN = [
  [/(?:^|[\s"'`(=:])\/(?:home|root|Users|work)\/[\w.-]/, 'an absolute path of one machine'],
  [/"resolved":\s*"https?:/, 'a registry host in a lock file'],
  [/^\s*(?:@[\w-]+:)?registry\s*=\s*["']?https?:/, 'a registry host'],
];
/** The rules themselves and their test quote what they forbid. */
const EXEMPT = /^scripts\/tidy/;

const lineCount = (text) => (text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));

const sources = (files) =>
  files
    .filter(({ path }) => SOURCE.test(path) && !GENERATED.test(path))
    .map(({ path, text }) => ({ path, lines: lineCount(text) }));

export function fileProblems(files) {
  const tooLong = sources(files)
    .filter(({ lines }) => lines > BUDGET)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${BUDGET}`);
  const foreign = files
    .filter(({ path }) => !EXEMPT.test(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, at) =>
        FOREIGN.filter(([pattern]) => pattern.test(line)).map(
          ([, what]) => `${path}:${at + 1}: ${what}`,
        ),
      ),
    );
  return [...tooLong, ...foreign];
}

export function lengths(files) {
  const sorted = sources(files).sort((a, b) => a.lines - b.lines);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]?.lines ?? 0;
  return {
    count: sorted.length,
    median: at(0.5),
    p90: at(0.9),
    longest: sorted.at(-1) ?? { path: '', lines: 0 },
  };
}
