/**
 * Makes what a sender tried to hide readable: terminal escapes, other control characters, and the
 * format characters that reorder or swallow text. What is left is only ever rendered as text.
 */
export interface Segment {
  text: string;
  /** The segment stands for characters that would not show. */
  control: boolean;
}

// C0 (bar tab and newline), DEL, C1, zero-width, bidi controls, line separators, BOM, tags.
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- these are the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

function name(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

export function segments(text: string): Segment[] {
  const out: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) out.push({ text: text.slice(from, match.index), control: false });
    const last = out.at(-1);
    if (last?.control && match.index === from) last.text += name(match[0]);
    else out.push({ text: name(match[0]), control: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ text: text.slice(from), control: false });
  return out;
}

export function visible(text: string): string {
  return segments(text)
    .map((segment) => segment.text)
    .join("");
}
