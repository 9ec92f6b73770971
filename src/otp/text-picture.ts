/** A picture as pixels of four bytes each. */
export interface Picture {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Dark upper and lower half of each character in which a QR code is drawn. */
const HALVES: Readonly<Record<string, readonly [upper: boolean, lower: boolean]>> = {
  '█': [true, true],
  '▓': [true, true],
  '■': [true, true],
  '⬛': [true, true],
  '#': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
  '\u00a0': [false, false],
  '░': [false, false],
  '□': [false, false],
  '⬜': [false, false],
};
/** The smallest QR code has 21 rows, and two rows may share a line. */
const MIN_LINES = 11;
/** Light rows and columns around the code, in modules. */
const MARGIN = 4;
/** Width of a module, in pixels. */
const SCALE = 6;

/** Draws a QR code that a page shows as lines of block characters. Returns undefined for any other text. */
export function drawTextPicture(text: string): Picture | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => Array.from(line))
    .filter((line) => line.some((character) => character.trim() !== ''));
  const isDrawn = lines.length >= MIN_LINES && lines.every((line) => line.every((character) => character in HALVES));
  if (!isDrawn) return undefined;
  const hasHalves = lines.some((line) => line.includes('▀') || line.includes('▄'));
  const rows = lines.flatMap((line) => {
    const [upper, lower] = [0, 1].map((half) => line.map((character) => HALVES[character]?.[half] ?? false));
    return hasHalves ? [upper!, lower!] : [upper!];
  });
  const columns = Math.max(...rows.map((row) => row.length));
  // A module is one character, or two where a whole line is as high as two characters are wide.
  const size = rows.length + 2 * MARGIN;
  const [moduleWidth, margin] = columns > 1.5 * rows.length ? [SCALE / 2, 2 * MARGIN] : [SCALE, MARGIN];
  const [width, height] = [(columns + 2 * margin) * moduleWidth, size * SCALE];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    const row = rows[Math.floor(y / SCALE) - MARGIN] ?? [];
    for (let x = 0; x < width; x++)
      if (row[Math.floor(x / moduleWidth) - margin]) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
  return { data, width, height };
}
