// Writes a `.br` beside each named file, as small as brotli gets.
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

for (const file of process.argv.slice(2)) {
  const content = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const small = brotliCompressSync(content, { params });
  writeFileSync(`${file}.br`, small);
  console.error(`  ${file.split("/").at(-1)}  ${content.length} B, brotli ${small.length} B`);
}
