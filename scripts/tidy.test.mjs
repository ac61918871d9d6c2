// Proves that tidy can fail: each rule gets a workspace that breaks it. A rule that passes
// whatever happens is worse than none, because it is believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crateProblems, EDGES } from './tidy/crates.mjs';
import { evidenceProblems } from './tidy/evidence.mjs';
import { BUDGET, fileProblems } from './tidy/files.mjs';
import { crateLicences, npmLicences, permitted } from './tidy/licences.mjs';

/** `cargo metadata` of a workspace given as crate → direct dependencies; outside crates too. */
function metadata(crates, { features = {} } = {}) {
  const names = new Set(Object.entries(crates).flatMap(([name, deps]) => [name, ...deps]));
  return {
    packages: [...names].map((name) => ({
      id: name,
      name,
      version: '1.0.0',
      license: 'MIT',
      dependencies: (crates[name] ?? []).map((dep) => ({ name: dep })),
    })),
    workspace_members: Object.keys(crates).filter((name) => !name.startsWith('outside-')),
    resolve: {
      nodes: [...names].map((id) => ({
        id,
        features: features[id] ?? [],
        deps: (crates[id] ?? []).map((pkg) => ({ pkg, dep_kinds: [{ kind: null }] })),
      })),
    },
  };
}

const sound = {
  model: ['serde'],
  store: ['model', 'rusqlite', 'duckdb'],
  pipeline: ['store', 'model'],
  server: ['pipeline', 'store', 'model', 'axum'],
  signalbox: ['server', 'pipeline', 'store', 'model', 'clap'],
};
const with_ = (changes) => metadata({ ...sound, ...changes });

test('the intended workspace passes', () => {
  assert.deepEqual(crateProblems(metadata(sound)), []);
});

test('every edge that is not allowed is found', () => {
  const crates = Object.keys(sound);
  let planted = 0;
  for (const from of crates) {
    for (const to of crates.filter((c) => c !== from && !EDGES[from].includes(c))) {
      const problems = crateProblems(with_({ [from]: [...sound[from], to] }));
      assert.ok(problems.includes(`forbidden edge ${from} → ${to}`), `${from} → ${to}`);
      planted += 1;
    }
  }
  assert.equal(planted, 10);
});

test('axum outside the server and SQL outside the store are found', () => {
  for (const [crate, name, owner] of [
    ['pipeline', 'axum', 'server'],
    ['signalbox', 'axum', 'server'],
    ['server', 'duckdb', 'store'],
    ['pipeline', 'rusqlite', 'store'],
  ]) {
    const problems = crateProblems(with_({ [crate]: [...sound[crate], name] }));
    assert.ok(
      problems.some((p) => p.startsWith(`only ${owner}`) && p.endsWith(`${name}, but ${crate} does`)),
      problems.join('\n'),
    );
  }
});

test('what comes in through another crate is found as well', () => {
  const problems = crateProblems(
    metadata({ ...sound, model: ['outside-helper'], 'outside-helper': ['tokio'] }),
  );
  assert.deepEqual(problems, ['tokio must not be below model']);
});

test('a new crate has to be given its place', () => {
  assert.deepEqual(crateProblems(with_({ gadget: ['model'] })), [
    'crate gadget has no place in scripts/tidy/crates.mjs',
  ]);
});

test('banned crates and features are found', () => {
  assert.deepEqual(crateProblems(with_({ store: [...sound.store, 'datafusion'] })), [
    'banned crate datafusion 1.0.0',
  ]);
  assert.deepEqual(crateProblems(metadata(sound, { features: { duckdb: ['bundled'] } })), [
    'banned feature duckdb/bundled',
  ]);
});

test('licences are read as expressions', () => {
  for (const good of ['MIT', 'MIT/Apache-2.0', 'GPL-3.0 OR MIT', '(MIT OR Apache-2.0) AND Unicode-3.0'])
    assert.ok(permitted(good), good);
  for (const bad of ['', 'AGPL-3.0', 'MIT AND GPL-3.0', 'SSPL-1.0 OR BUSL-1.1', '(MIT', 'MIT MIT'])
    assert.ok(!permitted(bad), bad);
  const crate = { name: 'x', version: '1.0.0', license: 'AGPL-3.0' };
  assert.equal(crateLicences({ packages: [crate] }).length, 1);
  const npm = { 'node_modules/x': { license: 'SSPL-1.0' }, 'node_modules/y': {}, dashboard: {} };
  assert.equal(npmLicences({ packages: npm }).length, 2);
});

test('files that are too long or name a machine are found', () => {
  const long = { path: 'crates/x/src/lib.rs', text: 'x\n'.repeat(BUDGET + 1) };
  const fits = { path: 'crates/x/src/lib.rs', text: 'x\n'.repeat(BUDGET) };
  assert.equal(fileProblems([long]).length, 1);
  assert.equal(fileProblems([fits]).length, 0);
  assert.equal(fileProblems([{ ...long, path: 'fixtures/x.rs' }]).length, 0);
  for (const text of [
    'path = "/home/somebody/project"',
    'cd /Users/somebody/project',
    '"resolved": "https://registry.example/x.tgz"',
    'registry=https://registry.example/',
  ]) {
    assert.equal(fileProblems([{ path: 'x.md', text }]).length, 1, text);
  }
  assert.equal(fileProblems([{ path: 'x.md', text: 'GET /api/work/items' }]).length, 0);
});

test('evidence that is gone is found', () => {
  const page = (text) => [
    { path: 'docs/requirements.md', text },
    { path: 'crates/x/tests/a.rs', text: 'fn it_holds() {}' },
  ];
  const fine = '| A-01 | `crates/x/tests/a.rs`: `it_holds` |\n| A-02 | `crates/x/tests` |';
  assert.deepEqual(evidenceProblems(page(fine)), []);
  assert.equal(evidenceProblems(page('| A-01 | `crates/x/tests/b.rs` |')).length, 1);
  assert.equal(evidenceProblems(page('`crates/x/tests/a.rs`: `it_holds`, `it_fails`')).length, 1);
  assert.equal(evidenceProblems([]).length, 1);
});
