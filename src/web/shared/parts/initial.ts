/** What a reader takes for one sign: an emoji with its variant or its family is not cut. */
export function signsOf(text: string): string[] {
  // WeCom's older windows have no segmenter.
  if (!('Segmenter' in Intl)) return Array.from(text);
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** The one sign on a face: the first Latin letter, else the last sign of the name. */
export function initialOf(name: string): string {
  const signs = signsOf(name.trim());
  const first = signs[0] ?? '';
  return /^[A-Za-z]/.test(first) ? first.toUpperCase() : (signs.at(-1) ?? '');
}
