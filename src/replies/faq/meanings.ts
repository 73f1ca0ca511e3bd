import { MEANINGS } from './tables/meanings';

/** By first character: the words that begin with it, longest first, and the number of their row. */
const byFirst = new Map<string, { readonly word: string; readonly meaning: number }[]>();
MEANINGS.forEach((row, at) => {
  for (const word of row.split(' ')) {
    const first = word.charAt(0);
    const known = byFirst.get(first) ?? [];
    known.push({ word, meaning: at + 1 });
    byFirst.set(
      first,
      known.sort((one, other) => other.word.length - one.word.length),
    );
  }
});

/** What a sentence speaks of, whatever words it uses: a number for each row of the table, each once. */
export function meaningsOf(text: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < text.length;) {
    const here = byFirst.get(text.charAt(at))?.find(({ word }) => text.startsWith(word, at));
    if (here && !found.includes(here.meaning)) found.push(here.meaning);
    at += here?.word.length ?? 1;
  }
  return found;
}
