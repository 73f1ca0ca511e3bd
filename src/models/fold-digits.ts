/** Where a script's ten digits begin: they stand in a row, zero first. */
function valueOf(digit: string): string {
  const place = digit.codePointAt(0) ?? 0;
  let zero = place;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((place - zero) % 10);
}

/**
 * Full-width, circled and other scripts' digits are digits to whoever reads them, circles after a numeral are
 * noughts, and what cannot be seen between them is not there.
 */
export function foldDigits(said: string): string {
  return said
    .replace(/[\p{Cf}\uFE0E\uFE0F\u20E3]/gu, '')
    .replace(/(?<=[\p{N}一二三四五六七八九零])[○◯]+/gu, (marks) => '0'.repeat(marks.length))
    .replace(/[\p{Nd}\p{No}＠．－]/gu, (mark) => {
      const folded = mark.normalize('NFKC');
      if (/^[\d@.()一二三四五六七八九-]+$/.test(folded)) return folded;
      return /^\p{Nd}$/u.test(mark) ? valueOf(mark) : mark;
    });
}
