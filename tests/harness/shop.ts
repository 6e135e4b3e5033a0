// The demo shop with the scene's own site in its script tag.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { Program, ROOT } from "./process.ts";

export class Shop {
  readonly origin: string;
  readonly #program: Program;

  private constructor(origin: string, program: Program) {
    this.origin = origin;
    this.#program = program;
  }

  static async open(port: number, widget: string, site: string): Promise<Shop> {
    const built = process.env.PORCHLIGHT_XTASK ?? join(ROOT, "target/debug/xtask");
    const [command, ...before] = existsSync(built) ? [built] : ["cargo", "xtask"];
    const options = ["shop", "--widget", widget, "--site", site, "--port", String(port)];
    const program = new Program(command, [...before, ...options]);
    const [origin] = await program.says(/http:\S+/);
    return new Shop(origin, program);
  }

  close(): Promise<void> {
    return this.#program.stop("SIGTERM");
  }
}
