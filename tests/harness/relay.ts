// A relay of the tests' own: its own port, its own state, its own secrets.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { send } from "./http.ts";
import { Program, ROOT, WRANGLER, freePort, temporaryFolder, until } from "./process.ts";

/** What stands in the log when code that may not fail has failed. */
const PANIC = /panicked at|Reinitializing Wasm|RuntimeError: unreachable/;

export const SETUP_TOKEN = "5e70".repeat(8);
export const MASTER_KEY = "c0ffee42".repeat(8);

/**
 * Writes the product's configuration into a folder, with absolute paths and, unless they are what is
 * tried, without limits for crowds from one address, and returns its file.
 */
export function configure(folder: string, isLimited = false): string {
  let text = readFileSync(join(ROOT, "wrangler.toml"), "utf8")
    .replace('main = "', `main = "${ROOT}/`)
    .replace('directory = "', `directory = "${ROOT}/`);
  if (!isLimited) text = text.replaceAll(/limit = \d+/g, "limit = 100000");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, text);
  return file;
}

/** `wrangler dev` over the built relay. */
export class Relay {
  readonly port: number;
  readonly #folder: { path: string; remove: () => void };
  #program: Program | undefined;
  #earlier = "";
  #looked = 0;

  private constructor(port: number, parent?: string) {
    this.port = port;
    this.#folder = temporaryFolder(parent);
  }

  /** Its state lies in a new folder in `parent`, or in the system's folder for such. */
  static async start(parent?: string, isLimited = false): Promise<Relay> {
    const relay = new Relay(await freePort(), parent);
    relay.#configure(isLimited);
    await relay.resume();
    return relay;
  }

  get widget(): string {
    return `http://w.localhost:${this.port}`;
  }

  get desk(): string {
    return `http://desk.localhost:${this.port}`;
  }

  get files(): string {
    return `http://files.localhost:${this.port}`;
  }

  /** Its log so far, since it was first started. */
  get log(): string {
    return this.#earlier + (this.#program?.output ?? "");
  }

  /**
   * Nothing that anybody sends may abort the relay: whatever else is in flight there hangs. Such a line
   * is looked at once.
   */
  mustNotHavePanicked(): void {
    const fresh = this.log.slice(this.#looked);
    this.#looked = this.log.length;
    const at = fresh.search(PANIC);
    if (at >= 0) throw new Error(`the relay aborted:\n${fresh.slice(Math.max(0, at - 500), at + 1_500)}`);
  }

  /** Starts it on what it had stored. */
  async resume(): Promise<void> {
    const variables = {
      WIDGET_ORIGIN: this.widget,
      DESK_ORIGIN: this.desk,
      FILES_ORIGIN: this.files,
      // A receiver of webhooks may be on this machine, which the product itself refuses.
      WEBHOOKS_TO_LOOPBACK: "1",
    };
    this.#earlier = this.log;
    this.#program = new Program("wrangler", [
      ...["dev", "--config", join(this.#folder.path, "wrangler.toml")],
      ...["--ip", "127.0.0.1", "--port", String(this.port), "--inspector-port", "0"],
      ...["--persist-to", join(this.#folder.path, "state"), "--show-interactive-dev-session=false"],
      ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ], WRANGLER);
    await until("the relay", async () => {
      if (!this.#program?.running) throw new Error(`the relay stopped:\n${this.log}`);
      return send(this.widget, "/health").then((answer) => answer.status === 200, () => false);
    });
  }

  /** Takes it away in the middle of whatever it is doing. */
  async kill(): Promise<void> {
    await this.#program?.stop("SIGKILL");
  }

  /** Whether a conversation has these words on its disk; the relay was killed. */
  stores(words: string): boolean {
    return this.#conversations().some((it) => readFileSync(it).includes(words));
  }

  /** Whether the bucket of files has these words. */
  keeps(words: string): boolean {
    const folder = join(this.#folder.path, "state/v3/r2");
    if (!existsSync(folder)) return false;
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((it) => join(folder, it));
    return files.some((it) => {
      // One that was listed may be deleted by now.
      const isFile = statSync(it, { throwIfNoEntry: false })?.isFile();
      return isFile === true && readFileSync(it).includes(words);
    });
  }

  /** Takes away all that a conversation stored; the relay was killed. */
  loses(conversation: string): void {
    const own = this.#conversations().filter((it) => readFileSync(it).includes(conversation));
    const names = new Set(own.map((it) => it.replace(/-wal$/, "")));
    if (names.size !== 1) throw new Error(`${names.size} databases are of ${conversation}`);
    for (const name of names) {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${name}${suffix}`, { force: true });
    }
  }

  /**
   * What all objects of a class have on their disks, in a few letters. It changes too when one that nobody
   * spoke to for ten seconds leaves the memory, and its log is merged into its database.
   */
  fingerprint(objects: string): string {
    const hash = createHash("sha256");
    for (const file of this.#databases(objects).sort()) {
      try {
        hash.update(file).update(readFileSync(file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        hash.update("merged just now");
      }
    }
    return hash.digest("hex");
  }

  /** How many objects of a class there are. */
  nObjects(objects: string): number {
    return new Set(this.#databases(objects).map((it) => it.replace(/-wal$/, ""))).size;
  }

  /** Changes what the objects of a class have on their disks, by hand; the relay was killed. */
  tamper(objects: string, statement: string): void {
    for (const database of this.#kept(objects)) database.exec(statement), database.close();
  }

  /** How many rows a query finds in all objects of a class together; the relay was killed. */
  nRows(objects: string, query: string): number {
    const all = this.#kept(objects).map((it) => {
      const n = it.prepare(query).all().length;
      return it.close(), n;
    });
    return all.reduce((sum, n) => sum + n, 0);
  }

  /** What the objects of a class have on their disks, each as SQL; the relay was killed. */
  dumps(objects: string): string[] {
    return this.#kept(objects).map((it) => {
      const text = dump(it);
      return it.close(), text;
    });
  }

  /** How many objects of a class have any table of their own; the relay was killed. */
  nKept(objects: string): number {
    return this.#kept(objects).map((it) => it.close()).length;
  }

  /** The databases that somebody has written to. */
  #kept(objects: string): DatabaseSync[] {
    const query = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 3) <> '_cf'";
    const files = this.#databases(objects).filter((it) => it.endsWith(".sqlite"));
    return files.map((it) => new DatabaseSync(it)).filter((it) => {
      const isKept = it.prepare(query).all().length > 0;
      if (!isKept) it.close();
      return isKept;
    });
  }

  /** The files of all conversations' databases. */
  #conversations(): string[] {
    return this.#databases("ConversationObject");
  }

  #databases(objects: string): string[] {
    const folder = join(this.#folder.path, "state/v3/do");
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const own = new RegExp(`${objects}/[0-9a-f]{64}\\.sqlite(-wal)?$`);
    return files.filter((it) => own.test(it)).map((it) => join(folder, it));
  }

  async stop(): Promise<void> {
    await this.#program?.stop("SIGTERM");
    this.#folder.remove();
    this.mustNotHavePanicked();
  }

  #configure(isLimited: boolean): void {
    configure(this.#folder.path, isLimited);
    const secrets = { MASTER_KEY, SETUP_TOKEN };
    const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(this.#folder.path, ".dev.vars"), lines.join(""));
  }
}

/** A database as the statements that make it: tables, then rows, then what watches or finds them. */
function dump(database: DatabaseSync): string {
  const ours = "substr(name, 1, 1) <> '_' AND name NOT GLOB 'sqlite_*' AND sql IS NOT NULL";
  const made = database.prepare(`SELECT name, type, sql FROM sqlite_master WHERE ${ours}`).all();
  const [tables, others] = [made.filter((it) => it.type === "table"), made.filter((it) => it.type !== "table")];
  const lines = tables.map((it) => `${it.sql};`);
  for (const { name } of tables) {
    // What is generated cannot be inserted.
    const columns = database.prepare(`SELECT name FROM pragma_table_xinfo('${name}') WHERE hidden = 0`).all();
    const names = columns.map((it) => `"${it.name}"`);
    const values = names.map((it) => `quote(${it})`).join(" || ', ' || ");
    for (const { row } of database.prepare(`SELECT ${values} AS row FROM "${name}"`).all()) {
      lines.push(`INSERT INTO "${name}" (${names.join(", ")}) VALUES (${row});`);
    }
  }
  return [...lines, ...others.map((it) => `${it.sql};`), ""].join("\n");
}
