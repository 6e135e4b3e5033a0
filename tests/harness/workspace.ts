// The workspace as its owner sets it up, over the public API.
import { type Answer, send } from "./http.ts";
import { type Relay, SETUP_TOKEN } from "./relay.ts";
import { type Dial, Socket } from "./socket.ts";

export type Role =
  | "owner" | "admin" | "supervisor" | "team_lead" | "agent"
  | "sales_manager" | "salesperson" | "marketer" | "auditor";

export interface Member {
  id: string;
  name: string;
  role: Role;
  email: string;
}

export interface Site {
  id: string;
  name: string;
  department: string;
}

/** Signed in as the owner. */
export class Workspace {
  readonly relay: Relay;
  readonly #cookie: string;
  #counter = 0;

  private constructor(relay: Relay, cookie: string) {
    this.relay = relay;
    this.#cookie = cookie;
  }

  static async setUp(relay: Relay): Promise<Workspace> {
    const answer = await send(relay.desk, "/v1/setup", {
      method: "POST",
      body: {
        token: SETUP_TOKEN,
        workspace_name: "Aldermoor Pottery",
        name: "Olga",
        email: "olga@shop.example",
        password: "the kiln is at 1240 degrees",
      },
    });
    read("POST /v1/setup", answer);
    if (!answer.cookie) throw new Error("setting up gave no cookie");
    return new Workspace(relay, answer.cookie);
  }

  async department(name: string, assignment?: "manual" | "offer"): Promise<string> {
    const { id } = await this.post("/v1/departments", { name, assignment });
    return id;
  }

  async site(name: string, origins: string[], department: string, settings = {}): Promise<Site> {
    const { id } = await this.post("/v1/sites", { name, origins, department, settings });
    return { id, name, department };
  }

  /** A new member, who has accepted an invitation. */
  async member(name: string, role: Role, departments: string[]): Promise<Member> {
    const email = `${role}-${++this.#counter}@shop.example`;
    const { url } = await this.post("/v1/invitations", { name, email, role, departments });
    const answer = await send(this.relay.desk, "/v1/invitations/accept", {
      method: "POST",
      body: { token: url.split("/").at(-1), password: `${name} has a password of some length` },
    });
    const { member } = read("POST /v1/invitations/accept", answer);
    return { id: member.id, name, role, email };
  }

  async signInLink(member: Member): Promise<string> {
    const { url } = await this.post(`/v1/members/${member.id}/sign-in-link`, {});
    return url;
  }

  async visitorToken(site: string): Promise<{ token: string; contact: string }> {
    const path = `/v1/sites/${site}/visitors`;
    return read(path, await send(this.relay.widget, path, { method: "POST", body: {} }));
  }

  /** A new visitor's socket, which has not said hello. */
  async visitor(site: string): Promise<Socket> {
    const { token } = await this.visitorToken(site);
    const url = `${this.relay.widget}/v1/sites/${site}/socket`;
    return this.#dial(url, { protocols: ["porchlight.v1", `token.${token}`] });
  }

  /** The same visitor dials once more, with the token that the relay gave last. */
  visitorAgain(socket: Socket): Promise<Socket> {
    const { token } = socket;
    const dial = token ? { protocols: ["porchlight.v1", `token.${token}`] } : socket.dialed;
    return this.#dial(socket.url, dial);
  }

  /** The owner's socket to the desk, which has not said hello. */
  async deskSocket(): Promise<Socket> {
    return this.#dial(`${this.relay.desk}/v1/desk/socket`, { cookie: this.#cookie });
  }

  /** The owner's socket to a conversation, which has not said hello. */
  async conversationSocket(conversation: string): Promise<Socket> {
    const url = `${this.relay.desk}/v1/conversations/${conversation}/socket`;
    return this.#dial(url, { cookie: this.#cookie });
  }

  /** The conversation whose last words these are, as the desk lists it. */
  async conversationOf(words: string): Promise<string> {
    const desk = await this.deskSocket();
    desk.say({ type: "hello", version: 1 });
    await desk.hears("welcome");
    desk.say({ type: "watch", query: { tab: "all", states: [] } });
    for (;;) {
      const { rows } = await desk.hears("list");
      const found = rows.find((it: any) => it.preview === words);
      if (!found) continue;
      desk.drop();
      return found.conversation;
    }
  }

  get(path: string): Promise<any> {
    return this.call("GET", path);
  }

  post(path: string, body: unknown): Promise<any> {
    return this.call("POST", path, body);
  }

  async #dial(url: string, dial: Dial): Promise<Socket> {
    const { status, socket } = await Socket.dial(url, dial);
    if (!socket) throw new Error(`${url} was answered by ${status}`);
    return socket;
  }

  async call(method: string, path: string, body?: unknown): Promise<any> {
    const asked = { method, body, cookie: this.#cookie };
    return read(`${method} ${path}`, await send(this.relay.desk, path, asked));
  }
}

function read(what: string, answer: Answer): any {
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${what} was answered by ${answer.status}: ${answer.text}`);
  }
  return answer.text === "" ? undefined : JSON.parse(answer.text);
}
