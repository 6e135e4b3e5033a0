// How texts and addresses are compared. Letters count the same in both cases: patterns come in
// small ones.

/**
 * A pattern without choices, or the machine of one with choices. A text of the machine takes letters
 * in a row, one of a class, or a place, and the next step goes on behind it. A whole number goes on
 * with the next step and with the one so far away, a number and a half with the latter only.
 */
export type Match = string | (string | number)[];

export const small = (text: unknown) => `${text}`.slice(0, 2048).toLowerCase();

/** Whether an address fits, or its path and what follows. */
export function address(url: string, path: number, match: Match): boolean {
  const plain = path ? url.replace(/^[^/]+\/\/[^/?#]*/, "") : url;
  return fits(match, small(plain.replace(/%([0-7].|[cd].%[89ab].|e.(%[89ab].){2}|f.(%[89ab].){3})/gi, resolved)));
}

/** What one escaped letter stands for; what stands for none stays, and spoils no other. */
function resolved(escape: string): string {
  try {
    return decodeURI(escape);
  } catch {
    return escape;
  }
}

/**
 * Whether a text in small letters fits. All states of a machine are at work at the same time, so
 * each of its steps works once at each character and nothing can hang.
 */
export function fits(match: Match, text: string): boolean {
  if (typeof match == "string") return RegExp(match, "su").test(text);
  const steps = match.map((it) => (typeof it == "string" ? RegExp(it, "suy") : it));
  const reached: Set<number>[] = [];
  const reach = (place: number, step: number) => (reached[place] ??= new Set()).add(step);
  for (let place = 0; place <= text.length; place++) {
    reach(place, 0);
    // What is added on the way is visited too, once.
    for (const at of reached[place]) {
      const step = steps[at];
      if (step == null) return true;
      if (typeof step == "number") {
        reach(place, at + Math.floor(step));
        step % 1 || reach(place, at + 1);
      } else {
        step.lastIndex = place;
        if (step.test(text)) reach(step.lastIndex, at + 1);
      }
    }
  }
  return false;
}
