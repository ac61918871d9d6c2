import { randomBytes } from "node:crypto";
import { type Socket, connect } from "node:net";

import { Inbox } from "./inbox";

export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

export interface Shape {
  fin?: boolean;
  /** The reserved bits as they stand in the first byte: RSV1 is 0x40. */
  reserved?: number;
  masked?: boolean;
  /** What the header says of the length when it is not the truth. */
  claims?: bigint;
}

/** One frame as a client sends it, or as none ever should. */
export function frame(opcode: number, payload: Buffer | string, shape: Shape = {}): Buffer {
  const { fin = true, reserved = 0, masked = true, claims } = shape;
  const body = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | reserved | opcode;
  const head = [Buffer.of(first), length(claims ?? BigInt(body.length), masked, claims !== undefined)];
  if (!masked) return Buffer.concat([...head, body]);
  const key = Buffer.of(0x37, 0xfa, 0x21, 0x3d);
  return Buffer.concat([...head, key, body.map((byte, i) => byte ^ (key[i % 4] as number))]);
}

function length(value: bigint, masked: boolean, long: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  if (!long && value < 126n) return Buffer.of(mask | Number(value));
  if (!long && value < 65_536n) return Buffer.of(mask | 126, Number(value >> 8n), Number(value & 255n));
  const eight = Buffer.alloc(9);
  eight[0] = mask | 127;
  eight.writeBigUInt64BE(value, 1);
  return eight;
}

export interface Received {
  opcode: number;
  /** The first byte without opcode and FIN. */
  reserved: number;
  payload: Buffer;
}

/** A WebSocket by hand on a plain TCP connection: for frames that no library sends. */
export class Frames {
  readonly received = new Inbox<Received>("frame");
  readonly #ended = new Inbox<true>("end of the connection");
  #unread = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.on("error", () => undefined);
    socket.on("close", () => this.#ended.push(true));
  }

  /** Connects and shakes hands; a refusal is an error with the server's answer. */
  static open(port: number, path: string, changes: Record<string, string> = {}): Promise<Frames> {
    const headers = {
      Host: "127.0.0.1",
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...changes,
    };
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const request = [`GET ${path} HTTP/1.1`, ...fields, "", ""].join("\r\n");
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(request));
      const frames = new Frames(socket);
      socket.once("error", reject);
      let answer = "";
      const read = (chunk: Buffer) => {
        answer += chunk.toString("latin1");
        const end = answer.indexOf("\r\n\r\n");
        if (end < 0) return;
        if (!answer.startsWith("HTTP/1.1 101 ")) return reject(new Error(answer));
        socket.off("data", read).on("data", (more: Buffer) => frames.#take(more));
        frames.#take(Buffer.from(answer.slice(end + 4), "latin1"));
        resolve(frames);
      };
      socket.on("data", read);
    });
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** Sends and waits until the system has taken it all, or the connection is gone. */
  sent(frame: Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(frame, () => resolve()));
  }

  /** The code of the close frame with which the server ends this connection. */
  async closeCode(): Promise<number> {
    for (;;) {
      const { opcode, payload } = await this.received.next();
      if (opcode !== CLOSE) continue;
      const code = payload.length < 2 ? 1005 : payload.readUInt16BE();
      // An answer, as a peer owes it; then the server lets go of the connection.
      this.socket.write(frame(CLOSE, payload.subarray(0, 2)));
      await this.#ended.next();
      return code;
    }
  }

  drop(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const one = parse(this.#unread);
      if (!one) return;
      this.#unread = this.#unread.subarray(one.size);
      this.received.push(one.frame);
    }
  }
}

/** The first frame of `bytes` when it is there in full; servers do not mask. */
function parse(bytes: Buffer): { size: number; frame: Received } | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  const extra = second === 127 ? 8 : second === 126 ? 2 : 0;
  const start = 2 + extra;
  if (bytes.length < start) return undefined;
  const size = extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : second;
  if (bytes.length < start + size) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + size));
  return { size: start + size, frame: { opcode: first & 0xf, reserved: first & 0x70, payload } };
}
