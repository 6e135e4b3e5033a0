// Storage that may be denied, full or absent: then this page remembers for itself.

const memory = new Map<string, string>();

/** What is stored under the key. */
export function read(name: "localStorage" | "sessionStorage", key: string): string | null {
  let found: string | null = null;
  try {
    found = window[name].getItem(key);
  } catch {
    // As if there were none.
  }
  return found ?? memory.get(name + key) ?? null;
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
  if (value == null) memory.delete(name + key);
  else memory.set(name + key, value);
  try {
    if (value == null) window[name].removeItem(key);
    else window[name].setItem(key, value);
  } catch {
    // The memory has it.
  }
}
