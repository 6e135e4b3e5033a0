// A page's call. Mistakes are said in words, in every build.

/** What the page may call, by its name and the kinds of its arguments, as in "on string function". */
export type Methods = { [signature: string]: (...given: any[]) => void };

/** Makes the call; what is wrong with it is thrown and changes nothing. */
export function invoke(methods: Methods, [name, ...given]: unknown[]): void {
  for (const signature of Object.keys(methods)) {
    const [called, ...kinds] = signature.split(" ");
    if (called != name) continue;
    kinds.forEach((kind, at) => {
      const it = given[at];
      // A list and null are objects to no page's author.
      if (typeof it != kind || it == null || Array.isArray(it)) throw `argument ${at + 1} is no ${kind}`;
    });
    return methods[signature](...given);
  }
  throw "there is no such call";
}
