// A WebSocket without a browser: it says what it is told, byte by byte if need be.
import { randomBytes } from "node:crypto";
import { type Socket as Stream, connect } from "node:net";

export interface Dial {
  origin?: string;
  protocols?: string[];
  cookie?: string;
  /** It says so late when the other side closes; see `isSlowToClose`. */
  slow?: boolean;
}

export class Socket {
  /** What the other side said and nobody has read yet. */
  readonly unread: string[] = [];
  /** The code it was closed with. */
  closed: number | undefined;
  onText: ((text: string) => void) | undefined;
  /** The visitor's newer token, if the relay gave one. */
  token: string | undefined;
  /** When the other side closes, this side says so only with `finishesClosing`. */
  isSlowToClose = false;

  readonly url: string;
  readonly dialed: Dial;
  readonly #stream: Stream;
  #buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;

  private constructor(stream: Stream, url: string, dialed: Dial) {
    this.#stream = stream;
    this.url = url;
    this.dialed = dialed;
    stream.on("data", (data: Buffer) => this.#receive(data));
    stream.on("close", () => this.#end(1006));
    stream.on("error", () => this.#end(1006));
  }

  /** Dials; the status is what the relay answered, and the socket is there if that was 101. */
  static dial(url: string, dial: Dial = {}): Promise<{ status: number; socket?: Socket }> {
    const { host, port, pathname, search } = new URL(url);
    const headers = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      `Origin: ${dial.origin ?? `http://${host}`}`,
    ];
    if (dial.protocols) headers.push(`Sec-WebSocket-Protocol: ${dial.protocols.join(", ")}`);
    if (dial.cookie) headers.push(`Cookie: ${dial.cookie}`);
    return new Promise((done) => {
      const stream = connect(Number(port), "127.0.0.1");
      stream.setNoDelay(true);
      stream.on("connect", () => stream.write(`${headers.join("\r\n")}\r\n\r\n`));
      stream.on("error", () => done({ status: 0 }));
      let answer = Buffer.alloc(0);
      const read = (data: Buffer) => {
        answer = Buffer.concat([answer, data]);
        const end = answer.indexOf("\r\n\r\n");
        if (end < 0) return;
        stream.off("data", read);
        const status = Number(answer.subarray(9, 12));
        if (status !== 101) {
          stream.destroy();
          return done({ status });
        }
        const socket = new Socket(stream, url, dial);
        socket.isSlowToClose = dial.slow ?? false;
        socket.#receive(answer.subarray(end + 4));
        done({ status, socket });
      };
      stream.on("data", read);
    });
  }

  /** Says text, as JSON unless it is text already. */
  say(frame: unknown): void {
    this.#send(0x1, Buffer.from(typeof frame === "string" ? frame : JSON.stringify(frame)));
  }

  sayBytes(bytes: Buffer): void {
    this.#send(0x2, bytes);
  }

  /** Reads until a frame of this type comes; what came before it is dropped. */
  async hears(type: string): Promise<any> {
    for (;;) {
      while (this.unread.length > 0) {
        const frame = JSON.parse(this.unread.shift()!);
        if (frame.type === type) return frame;
      }
      if (this.closed !== undefined) throw new Error(`closed with ${this.closed} before ${type}`);
      await this.#news();
    }
  }

  /** Waits for the end and returns its code. */
  async ends(): Promise<number> {
    while (this.closed === undefined) await this.#news();
    return this.closed;
  }

  /** Answers the other side's close. */
  finishesClosing(): void {
    // 1005 stands for no code and is never sent.
    const code = Buffer.alloc(this.closed === 1005 ? 0 : 2);
    if (code.length > 0) code.writeUInt16BE(this.closed ?? 1000);
    this.#send(0x8, code);
    this.#stream.end();
  }

  /** Goes without a word, as a dead network does. */
  drop(): void {
    this.#stream.destroy();
  }

  #news(): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error("heard nothing for 20 s")), 20_000);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  #send(kind: number, payload: Buffer): void {
    const n = payload.length;
    const head = Buffer.alloc(n < 126 ? 2 : n < 65_536 ? 4 : 10);
    head[0] = 0x80 | kind;
    if (n < 126) head[1] = 0x80 | n;
    else if (n < 65_536) (head[1] = 0x80 | 126), head.writeUInt16BE(n, 2);
    else (head[1] = 0x80 | 127), head.writeBigUInt64BE(BigInt(n), 2);
    const mask = randomBytes(4);
    const masked = Buffer.from(payload);
    for (let i = 0; i < n; i++) masked[i]! ^= mask[i & 3]!;
    this.#stream.write(Buffer.concat([head, mask, masked]));
  }

  #receive(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const frame = this.#take();
      if (!frame) return;
      const { kind, payload } = frame;
      if (kind === 0x1) {
        const text = payload.toString("utf8");
        if (text.includes('"type":"token"')) this.token = JSON.parse(text).token;
        if (this.onText) this.onText(text);
        else this.unread.push(text), this.#wake?.();
      } else if (kind === 0x8) {
        const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.#end(code);
        if (!this.isSlowToClose) this.finishesClosing();
      } else if (kind === 0x9) {
        this.#send(0xa, payload);
      }
    }
  }

  /** The next whole frame; the relay does not send fragments. */
  #take(): { kind: number; payload: Buffer } | undefined {
    const buffer = this.#buffer;
    if (buffer.length < 2) return undefined;
    let length = buffer[1]! & 0x7f;
    let at = 2;
    if (length === 126) {
      if (buffer.length < 4) return undefined;
      (length = buffer.readUInt16BE(2)), (at = 4);
    } else if (length === 127) {
      if (buffer.length < 10) return undefined;
      (length = Number(buffer.readBigUInt64BE(2))), (at = 10);
    }
    if (buffer.length < at + length) return undefined;
    const payload = buffer.subarray(at, at + length);
    this.#buffer = buffer.subarray(at + length);
    return { kind: buffer[0]! & 0x0f, payload };
  }

  #end(code: number): void {
    this.closed ??= code;
    this.#wake?.();
  }
}
