// Which crate may know which: dependencies point downwards only.

/** Workspace crate → the workspace crates it may depend on. A crate that is not listed is a breach:
 * a new one has to be given its place. */
export const EDGES = {
  model: [],
  store: ['model'],
  pipeline: ['model', 'store'],
  realtime: ['model'],
  server: ['model', 'store', 'pipeline', 'realtime'],
  signalbox: ['model', 'store', 'pipeline', 'realtime', 'server'],
  // Measures, and is not shipped; nothing depends on it.
  bench: ['model', 'store', 'pipeline', 'realtime', 'server'],
};

/** Outside crates that only the named workspace crates may depend on directly. */
export const ONLY = {
  // One of the benchmark's peers is a small axum server.
  axum: ['server', 'bench'],
  'axum-extra': ['server'],
  'utoipa-axum': ['server'],
  'tower-http': ['server'],
  // The benchmark asks what the query model has no word for yet.
  duckdb: ['store', 'bench'],
  // The benchmark measures SQLite as a peer.
  rusqlite: ['store', 'bench'],
  clap: ['signalbox', 'bench'],
  // A peer of the benchmark.
  socketioxide: ['bench'],
  toml: ['signalbox'],
};

/** Workspace crate → what must not be in its whole tree, however it got there. */
export const NEVER_BELOW = {
  model: ['tokio', 'axum', 'rusqlite', 'duckdb'],
  store: ['axum', 'hyper'],
  pipeline: ['axum', 'hyper'],
  realtime: ['axum', 'rusqlite', 'duckdb'],
};

/** Never linked: half an hour of compilation, a second TLS stack, a C library of the system. */
export const BANNED = ['datafusion', 'openssl-sys', 'aws-lc-sys'];

/** Crate → features that must stay off. */
export const BANNED_FEATURES = { duckdb: ['bundled'], 'libduckdb-sys': ['bundled'] };

export function crateProblems({ packages, workspace_members: members, resolve }) {
  const byId = new Map(packages.map((p) => [p.id, p]));
  const nodes = new Map(resolve.nodes.map((n) => [n.id, n]));
  const workspace = members.map((id) => byId.get(id));
  const names = new Set(workspace.map((p) => p.name));
  const problems = [];

  for (const crate of workspace) {
    const allowed = EDGES[crate.name];
    if (!allowed) {
      problems.push(`crate ${crate.name} has no place in scripts/tidy/crates.mjs`);
      continue;
    }
    for (const { name } of crate.dependencies) {
      if (names.has(name) && name !== crate.name && !allowed.includes(name)) {
        problems.push(`forbidden edge ${crate.name} → ${name}`);
      }
      if (ONLY[name] && !ONLY[name].includes(crate.name)) {
        problems.push(`only ${ONLY[name].join(' and ')} may know ${name}, but ${crate.name} does`);
      }
    }
    const below = closure(nodes, byId, crate.id);
    for (const name of NEVER_BELOW[crate.name] ?? []) {
      if (below.has(name)) problems.push(`${name} must not be below ${crate.name}`);
    }
  }
  for (const crate of packages) {
    if (BANNED.includes(crate.name)) problems.push(`banned crate ${crate.name} ${crate.version}`);
    const on = nodes.get(crate.id)?.features ?? [];
    for (const feature of BANNED_FEATURES[crate.name] ?? []) {
      if (on.includes(feature)) problems.push(`banned feature ${crate.name}/${feature}`);
    }
  }
  return problems;
}

/** Names of everything a crate is built from; its tests may use more. */
function closure(nodes, byId, start) {
  const seen = new Set();
  const names = new Set();
  const pending = [start];
  while (pending.length > 0) {
    const id = pending.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    if (id !== start) names.add(byId.get(id).name);
    for (const dep of nodes.get(id)?.deps ?? []) {
      if (dep.dep_kinds.some(({ kind }) => kind !== 'dev')) pending.push(dep.pkg);
    }
  }
  return names;
}
