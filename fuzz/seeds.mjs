// What the fuzzer begins with, made of fixtures: readable there, in each target's format here.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';

const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const FIN = 0x80;
const RSV1 = 0x40;
const MASKED = 0x80;
const SEPARATOR = '\x1e';
const KEY = [0, 0, 0, 0];
/** Deflate, messages of up to 1000 bytes, fifteen fragments; then the sizes of the pieces. */
const READER = [0xf9, 2, 0, 30, 6];

/** As permessage-deflate sends it: without the empty block at the end. */
function deflated(bytes) {
  const flushed = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return flushed.subarray(0, flushed.length - 4);
}

function frame([opcode, text, how]) {
  const bytes = Buffer.from(text, opcode === 'binary' || opcode === 'close' ? 'latin1' : 'utf8');
  const payload = how === 'deflated' ? deflated(bytes) : bytes;
  const first = OPCODES[opcode] | (how === 'more' ? 0 : FIN) | (how === 'deflated' ? RSV1 : 0);
  return Buffer.concat([Buffer.from([first, MASKED | payload.length, ...KEY]), payload]);
}

const prefixed = (bytes) => (rest) => Buffer.concat([Buffer.from(bytes), Buffer.from(rest)]);
const lines = (each) => Buffer.from(each.join('\n'));
const json = (each) => Buffer.from(JSON.stringify(each));

/** Target → its seeds. */
export function seeds(root) {
  const read = (name) => JSON.parse(readFileSync(join(root, 'fixtures/realtime', name), 'utf8'));
  const { packets, refused } = read('socketio-packets.json');
  const native = read('native-client.json');
  const ours = read('fuzz-seeds.json');
  const messages = (protocol) =>
    Object.values(native[protocol]).flat().map(({ message }) => json(message));
  const texts = [...packets, ...refused].map(({ text }) => text);
  const bodies = packets.map(({ text, attachments }) =>
    [`4${text}`, ...attachments.map((base64) => `b${base64}`)].join(SEPARATOR),
  );
  const runs = packets.map(({ text, attachments }) => {
    const binary = attachments.map((base64) =>
      prefixed(`${SEPARATOR}b`)(Buffer.from(base64, 'base64')),
    );
    return Buffer.concat([Buffer.from(text), ...binary]);
  });
  return {
    engineio: [...bodies, ['2probe', '3', '5', '6', '1', '0{}'].join(SEPARATOR)].map(prefixed([200])),
    hub_filter: ours.filters.map(lines),
    native_business: ours.business.flatMap((each) =>
      [0, 1, 2, 3].map((event) => prefixed([event])(json(each))),
    ),
    native_json: messages('json'),
    native_select: ours.select.map(lines),
    native_simple: messages('simple'),
    socketio_decoder: runs,
    socketio_packet: texts.map((text) => Buffer.from(text)),
    websocket_deflate: texts.slice(0, 20).map((text) => prefixed([4, 0])(deflated(text))),
    websocket_handshake: ours.handshakes.map(lines),
    websocket_reader: ours.frames
      .map((frames) => Buffer.concat(frames.map(frame)))
      .map(prefixed(READER)),
  };
}

/** A field with what is plain or a text, a quoted text, a word. */
const WORDS = /,?"[^"\\]+":(?:true|false|null|\d+|"[^"\\]*")|"[^"\\]+":?|[\w.-]{3,}/g;
const byte = (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** What the seeds are made of, for libFuzzer to put anywhere: it would not guess a whole name. */
function dictionary(inputs) {
  const words = inputs.flatMap((input) => Buffer.from(input).toString('latin1').match(WORDS) ?? []);
  const entries = [...new Set(words)]
    .filter((word) => word.length <= 40)
    .map((word) => `"${word.replace(/[^\w.:-]/g, byte)}"`);
  // An empty dictionary would be refused.
  return ['# of the seeds', ...entries, ''].join('\n');
}

/** Replaces what is in `folder` by the seeds of one target, and returns its dictionary's path. */
export function plant(folder, inputs) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  inputs.forEach((input, at) => writeFileSync(join(folder, String(at)), input));
  writeFileSync(`${folder}.dict`, dictionary(inputs));
  return `${folder}.dict`;
}
