// Storage that may be denied, full or absent: then this page remembers for itself.

const memory = new Map<string, string | null>();

/** What is stored under the key. */
export function read(name: "localStorage" | "sessionStorage", key: string): string | null | undefined {
  let found: string | null | undefined;
  try {
    found = self[name].getItem(key);
  } catch {
    // As if there were none.
  }
  return found ?? memory.get(name + key);
}

/** What is stored under the key as JSON. What another script has spoiled is as if there were none. */
export function readJson(name: "localStorage" | "sessionStorage", key: string): any {
  try {
    return JSON.parse(read(name, key) ?? "null");
  } catch {
    return null;
  }
}

/** Stores under the key; null removes. */
export function write(name: "localStorage" | "sessionStorage", key: string, value: string | null): void {
  memory.set(name + key, value);
  try {
    if (value == null) self[name].removeItem(key);
    else self[name].setItem(key, value);
  } catch {
    // The memory has it.
  }
}
