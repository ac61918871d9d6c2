/** Where the server is mounted: "" at the root, "/prefix" behind a proxy. */
export function readBase(doc: Document): string {
  const content = doc.querySelector('meta[name="signalbox-base"]')?.getAttribute("content") ?? "/";
  const trimmed = content.replace(/\/+$/, "");
  return /^(\/[\w.~-]+)*$/.test(trimmed) ? trimmed : "";
}

export const BASE = readBase(document);
