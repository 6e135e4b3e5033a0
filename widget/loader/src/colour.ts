// Text on the site's colour.

/** Black or white, whichever reads better on `#rrggbb`. */
export function readableOn(colour: string): "#000" | "#fff" {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // Where the contrast with white and with black is the same.
  return luminance > 0.179 ? "#000" : "#fff";
}
