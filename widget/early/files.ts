// Files that are dropped or pasted.

/** A file, and whether it is a folder. */
export type Given = [File, boolean];

/** Whether what is pasted is text that only brings a picture of itself along, as spreadsheets and word
 * processors do. A picture of a web page has no plain text, and a copied file no other form of it. */
export function isText(types: readonly string[]): boolean {
  return types.includes("text/plain") && (types.includes("text/html") || types.includes("text/rtf"));
}

/** The files of a drop or of a paste. What is a folder can be seen during the event only. */
export function given(data: DataTransfer): Given[] {
  const all: Given[] = [];
  for (const item of data.items) {
    const file = item.kind === "file" && item.getAsFile();
    if (file) all.push([file, !!item.webkitGetAsEntry?.()?.isDirectory]);
  }
  return all;
}
