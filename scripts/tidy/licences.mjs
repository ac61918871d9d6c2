// What may be linked or bundled: permissive licences only, so that the binary stays Apache-2.0.

export const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'CC0-1.0',
  'CDLA-Permissive-2.0',
  'ISC',
  'MIT',
  'MIT-0',
  // Fonts: may be bundled with anything, not sold by themselves.
  'OFL-1.1',
  'Python-2.0',
  'Unicode-3.0',
  'Unlicense',
  'Zlib',
]);

/** Tools of the build that are not part of the product, under other licences. `option-ext` comes
 * with rust-embed, which looks for the dashboard's folder while it compiles. */
export const TOOLS = {
  'CC-BY-4.0': ['caniuse-lite'],
  'MPL-2.0': ['lightningcss', 'axe-core', 'option-ext'],
};

/** Packages that name their licence in a form that npm's lock does not carry. */
const TOLD_OTHERWISE = { 'xmlhttprequest-ssl': 'MIT' };

const fits = (name, licence) =>
  permitted(licence) || (TOOLS[licence] ?? []).some((t) => name === t || name.startsWith(`${t}-`));

/** Whether an SPDX expression can be satisfied by allowed licences alone. */
export function permitted(expression) {
  const tokens = expression.replaceAll('/', ' OR ').match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const any = () => {
    let value = all();
    while (tokens[at] === 'OR') {
      at += 1;
      value = all() || value;
    }
    return value;
  };
  const all = () => {
    let value = one();
    while (tokens[at] === 'AND') {
      at += 1;
      value = one() && value;
    }
    return value;
  };
  const one = () => {
    if (tokens[at] === '(') {
      at += 1;
      const value = any();
      at += 1; // the closing parenthesis
      return value;
    }
    let name = tokens[at];
    at += 1;
    if (tokens[at] === 'WITH') {
      name = `${name} WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return ALLOWED.has(name);
  };
  return tokens.length > 0 && any() && at === tokens.length;
}

export function crateLicences({ packages }) {
  return packages
    .filter((p) => !fits(p.name, p.license ?? ''))
    .map((p) => `crate ${p.name} ${p.version} has the licence ${p.license ?? '(none)'}`);
}

export function npmLicences({ packages }) {
  return Object.entries(packages)
    .filter(([path]) => path.includes('node_modules/'))
    .flatMap(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const licence = entry.license ?? TOLD_OTHERWISE[name] ?? '';
      // Workspace members are linked, and are ours.
      if (entry.link || fits(name, licence)) return [];
      return [`npm package ${name} has the licence ${licence || '(none)'}`];
    });
}
