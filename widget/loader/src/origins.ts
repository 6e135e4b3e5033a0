// Which pages may not have the chat in them.

/** Of these origins, those that none of the `allowed` stands for; `*.` is any number of names, and not none. */
export function strangers(allowed: string[], origins: string[]): string[] {
  const isIn = (origin: string, family: string) => {
    const [scheme, host] = family.split("://*");
    // As the relay itself reads the list (`hosts.rs`); what follows the star begins with a dot.
    return host ? origin.startsWith(scheme + "://") && origin.endsWith(host) : origin == family;
  };
  return [...new Set(origins)].filter((it) => !allowed.some((family) => isIn(it, family)));
}
