// What is pasted and what is dropped: text with a picture of itself, files, and folders.
import assert from "node:assert/strict";
import { test } from "node:test";

import { given, isText } from "../../early/files.ts";

test("text that brings a picture of itself along is pasted as text, and everything else is not", () => {
  const cases: [string, string[], boolean][] = [
    ["cells of a spreadsheet", ["text/plain", "text/html", "text/rtf", "Files"], true],
    ["cells in another browser", ["text/html", "text/plain", "Files"], true],
    ["words of a word processor", ["text/plain", "text/rtf", "Files"], true],
    ["words of a page", ["text/plain", "text/html"], true],
    ["a picture of a page", ["text/html", "Files"], false],
    ["a screenshot", ["Files"], false],
    ["a file of the desktop, with its name", ["text/plain", "Files"], false],
    ["nothing", [], false],
  ];
  for (const [what, types, text] of cases) assert.equal(isText(types), text, what);
});

test("a folder is told from a file, and words are neither", () => {
  const [letter, pictures] = [{ name: "letter.txt" }, { name: "Pictures" }];
  const items = [
    { kind: "file", getAsFile: () => letter, webkitGetAsEntry: () => ({ isDirectory: false }) },
    { kind: "file", getAsFile: () => pictures, webkitGetAsEntry: () => ({ isDirectory: true }) },
    // Not every browser can tell, and some give nothing for what they cannot read.
    { kind: "file", getAsFile: () => letter },
    { kind: "file", getAsFile: () => null },
    { kind: "string", getAsFile: () => null },
  ];
  const files = given({ items } as unknown as DataTransfer);
  assert.deepEqual(files, [[letter, false], [pictures, true], [letter, false]]);
});
