// Text on the site's colour.

/**
 * Black or white, whichever reads better on `#rrggbb`: the contrast is at least 4.5 (WCAG 2.2, 1.4.3).
 * A power stands for the curve of sRGB, which moves the contrast by less than a tenth.
 */
export function readableOn(colour: string): "#000" | "#fff" {
  const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
}
