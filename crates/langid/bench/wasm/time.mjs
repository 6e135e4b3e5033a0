// Weighs and times a detector in WebAssembly: node time.mjs MODULE ITEMS
// Writes one line of JSON: bytes after gzip, milliseconds to start, microseconds a message, and a sum
// of the answers.
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

let answers = 0;
const pass = () => {
  const text = new Uint8Array(memory.buffer, buffer(), 65536);
  // Time on the processor: others may be busy.
  const from = process.cpuUsage();
  answers = 0;
  for (const message of messages) {
    text.set(message);
    answers += run(message.length);
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / messages.length;
};
// The engine compiles once more what runs often, and counts that as ours: the best pass is without.
const passes = Array.from({ length: 20 }, pass);
const figures = {
  gzip_bytes: gzipSync(bytes, { level: 9 }).length,
  start_ms: startUp,
  wasm_us: Math.min(...passes),
  answers,
};
console.log(JSON.stringify(figures));
