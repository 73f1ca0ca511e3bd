import { syllableOf } from './character-tables';
import { LOOK_ALIKES } from './tables/look-alikes';
import type { Vocabulary } from './vocabulary';

/** What the shop's own phrasings know: their characters, and which stand side by side. */
export interface Spelling {
  readonly vocabulary: Vocabulary;
  readonly areNeighbours: (one: number, other: number) => boolean;
  /** By syllable: the shop's characters that sound so. */
  readonly bySound: ReadonlyMap<number, readonly string[]>;
}

const alike = new Map<string, readonly string[]>();
for (const group of LOOK_ALIKES.flatMap((line) => line.split(' '))) {
  for (const character of group) {
    alike.set(
      character,
      Array.from(group).filter((other) => other !== character),
    );
  }
}

export function learnSpelling(
  vocabulary: Vocabulary,
  areNeighbours: Spelling['areNeighbours'],
): Spelling {
  const bySound = new Map<number, string[]>();
  for (const spelling of vocabulary.tokens.keys()) {
    const syllable = syllableOf(spelling);
    if (syllable === 0) continue;
    const known = bySound.get(syllable);
    if (known) known.push(spelling);
    else bySound.set(syllable, [spelling]);
  }
  return { vocabulary, areNeighbours, bySound };
}

/**
 * A character that the shop never wrote beside its neighbours becomes one that sounds or looks like it
 * and that the shop did write there; without such a one it stays. Changes `spellings` in place.
 */
export function correctSpelling(spelling: Spelling, spellings: string[]): void {
  for (let at = 0; at < spellings.length; at++) {
    const written = spellings[at] ?? '';
    const before = spellings[at - 1];
    const after = spellings[at + 1];
    if (fits(spelling, written, before, after) > 0) continue;
    let best = 0;
    for (const other of likely(spelling, written)) {
      const fit = fits(spelling, other, before, after);
      if (fit <= best) continue;
      best = fit;
      spellings[at] = other;
    }
  }
}

function likely({ bySound }: Spelling, written: string): readonly string[] {
  const syllable = syllableOf(written);
  const sounds = syllable === 0 ? undefined : bySound.get(syllable);
  const looks = alike.get(written);
  return sounds && looks ? [...sounds, ...looks] : (sounds ?? looks ?? []);
}

/** On how many sides, 0 to 2, the character stands where the shop has it. */
function fits(
  { vocabulary: { tokens }, areNeighbours }: Spelling,
  written: string,
  before: string | undefined,
  after: string | undefined,
): number {
  const here = tokens.get(written);
  if (here === undefined) return 0;
  const left = before === undefined ? undefined : tokens.get(before);
  const right = after === undefined ? undefined : tokens.get(after);
  return (
    (left !== undefined && areNeighbours(left.id, here.id) ? 1 : 0) +
    (right !== undefined && areNeighbours(here.id, right.id) ? 1 : 0)
  );
}
