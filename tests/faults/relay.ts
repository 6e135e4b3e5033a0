// A relay that can be killed and brings itself back at once: the built Worker in workerd, without the
// proxy that `wrangler dev` puts before it. It is told on its standard input what to do, one word a line.
//
//   node tests/faults/relay.ts <port> <folder for its state> [NAME=value…]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { ROOT } from "../harness/process.ts";
import { MASTER_KEY, SETUP_TOKEN, configure } from "../harness/relay.ts";

const require = createRequire(import.meta.url);
const { unstable_getMiniflareWorkerOptions: optionsOf } = require("wrangler");
// The very one that wrangler uses.
const { Log, LogLevel, Miniflare, convertV4MiniflareOptions } = createRequire(require.resolve("wrangler"))("miniflare");

const [, , portText, folder, ...variables] = process.argv;
if (!portText || !folder) throw new Error("say the port and the folder");
const port = Number(portText);
const build = process.env.PORCHLIGHT_RELAY_BUILD ?? join(ROOT, "relay/build");
const origin = (name: string) => `http://${name}.localhost:${port}`;

/** The code with a stamp in front of it: another stamp is another build. */
function options(stamp: number): unknown {
  const { workerOptions } = optionsOf(configure(folder!));
  const bindings = {
    WIDGET_ORIGIN: origin("w"),
    DESK_ORIGIN: origin("desk"),
    FILES_ORIGIN: origin("files"),
    // A receiver of webhooks may be on this machine, which the product itself refuses.
    WEBHOOKS_TO_LOOPBACK: "1",
    MASTER_KEY,
    SETUP_TOKEN,
    ...Object.fromEntries(variables.map((it) => it.split("=", 2))),
  };
  const source = `// build ${stamp}\n${readFileSync(join(build, "index.js"), "utf8")}`;
  const modules = [
    { type: "ESModule", path: join(build, "index.js"), contents: source },
    { type: "CompiledWasm", path: join(build, "index_bg.wasm") },
  ];
  return convertV4MiniflareOptions({
    host: "127.0.0.1",
    port,
    log: new Log(LogLevel.WARN),
    resourcePersistencePath: join(folder!, "state"),
    workers: [{ ...workerOptions, name: "porchlight", modulesRoot: build, modules, bindings }],
  });
}

let stamp = 1;
const relay = new Miniflare(options(stamp));
await relay.ready;
console.log("ready");
for await (const word of createInterface({ input: process.stdin })) {
  if (word === "deploy") {
    await relay.setOptions(options(++stamp));
    console.log(`deployed ${stamp}`);
  } else if (word === "files") {
    const bucket = await relay.getR2Bucket("ATTACHMENTS");
    const { objects } = await bucket.list();
    console.log(`files ${objects.map((it: { key: string }) => it.key).join(" ")}`);
  }
}
await relay.dispose();
