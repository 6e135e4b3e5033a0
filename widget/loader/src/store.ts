// Storage that may be denied, full or absent: then this page remembers for itself.

const memory = new Map<string, string>();

function area(name: "localStorage" | "sessionStorage"): Storage | undefined {
  try {
    return window[name];
  } catch {
    return undefined;
  }
}

/** What is stored under the key. */
export function read(name: "localStorage" | "sessionStorage", key: string): string | null {
  try {
    const found = area(name)?.getItem(key);
    if (found != null) return found;
  } catch {
    // As if there were none.
  }
  return memory.get(name + key) ?? null;
}

/** Stores under the key; null removes. */
export function write(name: "localStorage" | "sessionStorage", key: string, value: string | null): void {
  if (value == null) memory.delete(name + key);
  else memory.set(name + key, value);
  try {
    if (value == null) area(name)?.removeItem(key);
    else area(name)?.setItem(key, value);
  } catch {
    // The memory has it.
  }
}
