// A line that is sent before the app is there.

/** A line with the name that it keeps. */
export interface Line {
  id: string;
  text: string;
}

/** Whether that is a message: not blank, and not longer than the site allows. Counted as the app
 * and the relay count, in characters of the normal form. */
export function fits(text: string, mostChars: number): boolean {
  const trimmed = text.normalize("NFC").trim();
  return trimmed !== "" && [...trimmed].length <= mostChars;
}
