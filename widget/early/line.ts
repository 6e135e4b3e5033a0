// A line that is sent before the app is there.

/** A line with the name that it keeps. */
export interface Line {
  id: string;
  text: string;
}

/** What can be seen: all but what `is_invisible` of the relay names. */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\ufff9-\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}]/u;

/** Whether that is a message: something can be seen of it, and it is not longer than the site
 * allows. Counted as the app and the relay count, in characters of the normal form. */
export function fits(text: string, mostChars: number): boolean {
  const normal = text.normalize("NFC");
  return VISIBLE.test(normal) && [...normal.trim()].length <= mostChars;
}
