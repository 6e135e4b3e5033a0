// The inbox that a company already has: what it says to the relay, and `examples/bridge-receiver` as one.
import { randomUUID } from "node:crypto";
import { join } from "node:path";

import { Webhook } from "standardwebhooks";

import { type Answer, send } from "./http.ts";
import { Program, ROOT, freePort, until } from "./process.ts";
import { type Stage, expect } from "./scene.ts";

/** Has the site tell an address, which may answer; its secret. */
export async function bridge(stage: Stage, url: string, answers = true, more = {}): Promise<string> {
  const { webhook } = await stage.workspace.call("PUT", `/v1/sites/${stage.site.id}`, {
    name: stage.site.name,
    origins: [stage.shop.origin],
    department: stage.department,
    webhook_url: url,
    webhook_answers: answers,
    ...more,
  });
  return webhook.secret;
}

export const KIM = { name: "Kim" };

/** A request of the inbox: signed is its body, or its path where a file is the body. */
export async function asks(
  stage: Stage,
  secret: string,
  path: string,
  body: string,
  asked: { id?: string | undefined; signed?: string } = {},
): Promise<Answer> {
  const { id = randomUUID(), signed = body } = asked;
  const at = new Date();
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, signed),
    Origin: "",
  };
  return await send(stage.relay.desk, `/v1/sites/${stage.site.id}/bridge${path}`, { method: "POST", body, headers });
}

export function message(type: string, data: object): string {
  return JSON.stringify({ type, timestamp: new Date().toISOString(), data });
}

/** The inbox says something, and it is taken. */
export async function says(stage: Stage, secret: string, type: string, data: object): Promise<void> {
  const answer = await asks(stage, secret, "", message(type, data));
  expect(answer.status, answer.text).toBe(200);
}

export class Receiver {
  readonly url: string;
  readonly #start: (secret: string) => Program;
  #program: Program | undefined;

  private constructor(url: string, start: (secret: string) => Program) {
    this.url = url;
    this.#start = start;
  }

  static async of(stage: Stage, book: string): Promise<Receiver> {
    const listen = `127.0.0.1:${await freePort()}`;
    const options = { relay: stage.relay.desk, site: stage.site.id, name: "Kim", listen, book };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const start = (secret: string) =>
      new Program(join(ROOT, "target/debug/bridge-receiver"), args, { BRIDGE_SECRET: secret });
    return new Receiver(`http://${listen}/`, start);
  }

  async starts(secret: string): Promise<void> {
    this.#program = this.#start(secret);
    await this.#program.says(/Listening/);
  }

  async hears(text: string): Promise<void> {
    await until(`${text} to arrive`, async () => this.output.includes(text));
  }

  types(line: string): void {
    this.#program!.reads(line);
  }

  get output(): string {
    return this.#program!.output;
  }

  async dies(): Promise<void> {
    await this.#program!.stop("SIGKILL");
  }
}
