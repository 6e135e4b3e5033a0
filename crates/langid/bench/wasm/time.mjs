// Weighs and times a detector in WebAssembly: node time.mjs MODULE ITEMS
// Writes one line of JSON: bytes after gzip, milliseconds to start, microseconds a message.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const [modulePath, itemsPath] = process.argv.slice(2);
const bytes = readFileSync(modulePath);
const encoder = new TextEncoder();
const messages = readFileSync(itemsPath, "utf8").trimEnd().split("\n")
  .map((line) => encoder.encode(line.split("\t").slice(2).join("\t")));

const started = performance.now();
const { instance } = await WebAssembly.instantiate(bytes);
const { buffer, memory, run } = instance.exports;
const first = encoder.encode("Where is my order?");
new Uint8Array(memory.buffer, buffer(), first.length).set(first);
run(first.length);
const startUp = performance.now() - started;

const pass = () => {
  const text = new Uint8Array(memory.buffer, buffer(), 65536);
  // Time on the processor: others may be busy.
  const from = process.cpuUsage();
  for (const message of messages) {
    text.set(message);
    run(message.length);
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / messages.length;
};
pass();
const passes = Array.from({ length: 5 }, pass);
const figures = {
  gzip_bytes: gzipSync(bytes, { level: 9 }).length,
  start_ms: startUp,
  wasm_us: Math.min(...passes),
};
console.log(JSON.stringify(figures));
