// Strangers: each request from an address of its own, and requests that do not end.
import { connect } from "node:net";

import { type Answer, type Asked, send } from "./http.ts";

let n = 0;

/** An IPv4 address that nobody had before. */
export function anybody(): string {
  n += 1;
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}

/** An address of one IPv6 network that nobody had before. */
export function anybodyIn(network: string): string {
  n += 1;
  return `${network}:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}:0:1`;
}

/** Sends one request from an address; a local relay believes what the network would say. */
export function sendFrom(address: string, origin: string, path: string, asked: Asked = {}): Promise<Answer> {
  const headers = { "CF-Connecting-IP": address, ...asked.headers };
  return send(origin, path, { ...asked, headers });
}

/** Does things side by side, a few at a time. */
export async function sideBySide<T>(things: T[], act: (thing: T) => Promise<void>, width = 8): Promise<void> {
  const rest = things.values();
  const one = async () => {
    for (const thing of rest) await act(thing);
  };
  await Promise.all(Array.from({ length: width }, one));
}

interface Unfinished {
  method: string;
  headers: Record<string, string>;
  /** What is sent of the body; its end never comes. */
  body: string;
  /** After how many milliseconds the sender is gone. */
  life?: number;
}

/** The status of the answer to a request whose body does not end; 0 if there is no answer. */
export function sendWithoutEnd(origin: string, path: string, asked: Unfinished): Promise<number> {
  const { host, port } = new URL(origin);
  const named = { Host: host, Origin: origin, "CF-Connecting-IP": anybody(), ...asked.headers };
  const head = [
    `${asked.method} ${path} HTTP/1.1`,
    ...Object.entries(named).map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((done) => {
    const stream = connect(Number(port), "127.0.0.1");
    const finish = (status: number) => (clearTimeout(timer), stream.destroy(), done(status));
    const timer = setTimeout(() => finish(0), asked.life ?? 10_000);
    stream.on("error", () => finish(0)).on("close", () => finish(0));
    let answer = "";
    stream.setEncoding("latin1").on("data", (text) => {
      answer += text;
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer);
      if (status) finish(Number(status[1]));
    });
    stream.write(`${head.join("\r\n")}\r\n\r\n${asked.body}`);
  });
}
