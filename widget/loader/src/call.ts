// A page's call. Mistakes are said in words, in every build.

/**
 * What the page may call: a name, a space, and what kinds its first arguments must be of, by the first
 * letters of what `typeof` says, as in `on sf`.
 */
export type Methods = { [signature: string]: (...given: any[]) => void };

/** Makes the call; what is wrong with it is thrown and changes nothing. */
export function invoke(methods: Methods, [name, ...given]: unknown[]): void {
  const call = name + " " + given.map((it) => (it == null ? "-" : typeof it)[0]).join("");
  const signature = Object.keys(methods).find((it) => call.startsWith(it));
  if (!signature) throw "there is no such call with such arguments";
  methods[signature](...given);
}
