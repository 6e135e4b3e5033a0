// What a built Worker weighs and how long its module takes to compile and start: node worker.mjs FOLDER
// Writes one line of JSON. What the module imports is replaced by functions that do nothing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const folder = process.argv[2];
const files = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
const contents = files.map((name) => readFileSync(join(folder, name)));
const bytes = contents[files.findIndex((name) => name.endsWith(".wasm"))];

const start = () => {
  const from = performance.now();
  const module = new WebAssembly.Module(bytes);
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = kind === "tag" ? WebAssembly.JSTag : () => 0;
  }
  new WebAssembly.Instance(module, imports);
  return performance.now() - from;
};
const figures = {
  gzip_bytes: contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0),
  start_ms: Math.min(...Array.from({ length: 5 }, start)),
};
console.log(JSON.stringify(figures));
