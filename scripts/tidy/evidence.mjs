// docs/requirements.md claims that a requirement is shown by a test or a file: both must exist.

const PAGE = 'docs/requirements.md';

/** Every `path` of the page with the names of tests that follow it. */
function claims(text) {
  return [...text.matchAll(/`([^`\s]+\/[^`\s]+)`(?:: ((?:`[^`]+`(?:, )?)+))?/g)].map(
    ([, path, names]) => ({
      path,
      names: [...(names ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    }),
  );
}

export function evidenceProblems(files) {
  const page = files.find((file) => file.path === PAGE);
  if (!page) return [`${PAGE} is missing`];
  return claims(page.text).flatMap(({ path, names }) => {
    const file = files.find((each) => each.path === path);
    if (!file) {
      const folder = files.some((each) => each.path.startsWith(`${path}/`));
      return folder && names.length === 0 ? [] : [`${PAGE} names ${path}, which does not exist`];
    }
    return names
      .filter((name) => !file.text.includes(name))
      .map((name) => `${PAGE} names ${name}, which is not in ${path}`);
  });
}
