// The rules that no compiler checks: which crate may know which, what may never be linked, under
// which licences, how long a file may be, whether the evidence for a requirement exists. Prints every breach; the exit code says if there were any.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/steps.mjs';
import { crateProblems } from './tidy/crates.mjs';
import { evidenceProblems } from './tidy/evidence.mjs';
import { fileProblems, lengths } from './tidy/files.mjs';
import { crateLicences, npmLicences } from './tidy/licences.mjs';

const output = (command, ...args) =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });

const host = /^host: (.+)$/m.exec(output('rustc', '-vV'))[1];
const metadata = JSON.parse(
  output('cargo', 'metadata', '--format-version', '1', '--locked', '--filter-platform', host),
);
const npmLock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const files = output('git', 'ls-files', '--cached', '--others', '--exclude-standard', '-z')
  .split('\0')
  .filter(Boolean)
  .flatMap((path) => {
    try {
      return [{ path, text: readFileSync(join(root, path), 'utf8') }];
    } catch {
      return []; // deleted but not yet committed
    }
  });

const problems = [
  ...crateProblems(metadata),
  ...crateLicences(metadata),
  ...npmLicences(npmLock),
  ...fileProblems(files),
  ...evidenceProblems(files),
];
for (const problem of problems) console.error(`tidy: ${problem}`);
if (problems.length > 0) {
  console.error(`tidy: ${problems.length} problem${problems.length === 1 ? '' : 's'}`);
  process.exit(1);
}
const { count, median, p90, longest } = lengths(files);
console.log(
  `tidy: ${metadata.workspace_members.length} crates, ${count} source files, median ${median} lines, ` +
    `p90 ${p90}, longest ${longest.lines} (${longest.path})`,
);
