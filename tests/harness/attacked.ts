// A workspace with one of each thing, behind a relay with its real limits, for whoever tries to break it.
// Everybody comes from an address of their own.
import { anybody, sendFrom } from "./crowd.ts";
import { Relay } from "./relay.ts";
import { test as base } from "./scene.ts";
import { Socket } from "./socket.ts";
import type { Workspace } from "./workspace.ts";

export const SHOP = "http://shop.example";
export const PASSWORD = "the kiln is at 1240 degrees";

export const test = base.extend<{}, { relay: Relay; workspace: Workspace; world: World }>({
  relay: [
    async ({}, use) => {
      const relay = await Relay.start(undefined, true);
      await use(relay);
      await relay.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  world: [async ({ workspace }, use) => use(await World.make(workspace)), { scope: "worker" }],
});

/** One of each thing that a route may name. */
export class World {
  workspace!: Workspace;
  cookie!: string;
  site!: string;
  campaign!: string;
  conversation!: string;
  /** The address of a file, on the files' host, without its origin. */
  link!: string;
  token!: string;
  /** A key of the API that does everything. */
  key!: string;
  settings: any;

  static async make(workspace: Workspace): Promise<World> {
    const world = new World();
    world.workspace = workspace;
    const department = await workspace.department("Attacked", "manual");
    const { id } = await workspace.site("Attacked", [SHOP], department);
    world.site = id;
    world.campaign = (await workspace.post("/v1/campaigns", { site: id, plan: plan() })).id;
    const scopes = ["read", "write", "manage"];
    world.key = (await workspace.post("/v1/api-keys", { name: "Attacked", scopes })).secret;
    world.settings = await workspace.get("/v1/settings");
    const signedIn = await sendFrom(anybody(), workspace.relay.desk, "/v1/sign-in", {
      method: "POST",
      body: { email: "olga@shop.example", password: PASSWORD },
    });
    world.cookie = signedIn.cookie!;
    await world.#talk();
    return world;
  }

  get relay(): Relay {
    return this.workspace.relay;
  }

  upload(address: string, token: string): Promise<{ status: number; text: string }> {
    return sendFrom(address, this.relay.widget, `/v1/sites/${this.site}/files`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "X-File-Name": "a.txt", "Content-Type": "text/plain" },
      body: "Hello",
    });
  }

  /** A new visitor's token. */
  async visitor(address = anybody()): Promise<string> {
    const path = `/v1/sites/${this.site}/visitors`;
    const answer = await sendFrom(address, this.relay.widget, path, { method: "POST", body: {} });
    return JSON.parse(answer.text).token;
  }

  async dial(token: string): Promise<Socket> {
    const url = `${this.relay.widget}/v1/sites/${this.site}/socket`;
    const { status, socket } = await Socket.dial(url, { protocols: ["porchlight.v1", `token.${token}`] });
    if (!socket) throw new Error(`the socket was answered by ${status}`);
    return socket;
  }

  async #talk(): Promise<void> {
    this.token = await this.visitor();
    const uploaded = await this.upload(anybody(), this.token);
    const { file } = JSON.parse(uploaded.text);
    const socket = await this.dial(this.token);
    socket.say({ type: "hello", version: 1, epoch: 0 });
    await socket.hears("ready");
    socket.say({ type: "post", client_id: "c1", text: "With a file", files: [file.id] });
    await socket.hears("ack");
    socket.say({ type: "link", file: file.id });
    const { url } = await socket.hears("link");
    this.link = url.slice(this.relay.files.length);
    socket.drop();
    this.conversation = await this.workspace.conversationOf("With a file");
  }
}

export function plan(): object {
  return {
    name: "Mine",
    rule: { rule: "all", of: [{ rule: "is", condition: "page_time", seconds: 5 }] },
    variants: [{ key: "a", weight: 1, texts: { en: { text: "Buy mine" } } }],
  };
}
