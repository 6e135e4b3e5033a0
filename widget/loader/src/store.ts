// Storage that may be denied, full or absent: then this page remembers for itself. What is read
// back may have been written by anybody, so it is looked at before it is used.

type Area = "localStorage" | "sessionStorage";

// Kept, because pages have been known to put something else in their place.
const { parse, stringify } = JSON;
const memory: { [key: string]: string | null } = {};

/** What is stored under the key. */
export function read(name: Area, key: string): string | null | undefined {
  let found: string | null | undefined;
  try {
    found = self[name].getItem(key);
  } catch {
    // As if there were none.
  }
  return found ?? memory[name + key];
}

/** What is stored under the key as JSON. What another script has spoiled is as if there were none. */
export function readJson(name: Area, key: string): any {
  try {
    return parse(read(name, key) ?? "null");
  } catch {
    return null;
  }
}

/** Stores under the key; null removes. */
export function write(name: Area, key: string, value: string | null): void {
  memory[name + key] = value;
  try {
    if (value == null) self[name].removeItem(key);
    else self[name].setItem(key, value);
  } catch {
    // The memory has it.
  }
}

/** As JSON, whatever the page has taught its lists and objects to look like there. */
export const json = (value: unknown): string =>
  stringify(value, function (this: any, at) {
    // Not what an inherited `toJSON` has made of it.
    return this[at];
  });

/** Whether it has all that the model has, each of the same kind. What is in a list is like the model's first, if there is one. */
export function isLike(model: any, it: any): boolean {
  if (Array.isArray(model)) return Array.isArray(it) && it.every((one) => isLike(model[0] ?? one, one));
  return (
    typeof it == typeof model &&
    (typeof model != "object" || (it && Object.keys(model).every((key) => isLike(model[key], it[key]))))
  );
}
