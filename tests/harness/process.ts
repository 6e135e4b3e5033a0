// Programs that a scene starts, each with all that it starts in turn.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** A folder that `remove` takes away again. */
export function temporaryFolder(parent = tmpdir()): { path: string; remove: () => void } {
  const path = mkdtempSync(join(parent, "porchlight-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** How wrangler runs: it talks to nobody, and neither records nor shows what the objects do. */
export const WRANGLER = {
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
};

/** A program in a process group of its own, so that one signal reaches all of it. */
export class Program {
  readonly #child: ChildProcess;
  readonly #exit: Promise<void>;
  #output = "";

  /** What it reads is what `reads` gives it, and nothing if it is not used. */
  constructor(command: string, args: string[], environment: Record<string, string> = {}) {
    const path = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
    this.#child = spawn(command, args, {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, PATH: path, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => (this.#output += text));
    }
    this.#exit = new Promise((done) => this.#child.once("close", () => done()));
  }

  /** All that it wrote. */
  get output(): string {
    return this.#output;
  }

  /** Somebody types a line. */
  reads(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until its output has this in it. */
  async says(pattern: RegExp): Promise<RegExpMatchArray> {
    return until(`${pattern} in the output of a program:\n${this.#output}`, async () => {
      const found = this.#output.match(pattern);
      if (!found && !this.running) throw new Error(`it stopped:\n${this.#output}`);
      return found;
    });
  }

  /** Stops the whole group. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    try {
      process.kill(-this.#child.pid!, signal);
    } catch {
      // It has stopped by itself.
    }
    await this.#exit;
  }
}

/** Asks again and again, a while; what is waited for has no event of its own. */
export async function until<T>(what: string, ask: () => Promise<T | null | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
