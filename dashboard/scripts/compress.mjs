// Writes .br and .gz beside every text file of the build; the server sends the one a client takes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const texts = new Set([".js", ".css", ".html", ".svg", ".json", ".txt"]);

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !texts.has(extname(entry.name))) continue;
  const file = join(entry.parentPath, entry.name);
  const plain = readFileSync(file);
  const packed = { br: brotliCompressSync(plain), gz: gzipSync(plain, { level: 9 }) };
  for (const [suffix, bytes] of Object.entries(packed)) {
    if (bytes.length < plain.length * 0.95) writeFileSync(`${file}.${suffix}`, bytes);
  }
}
