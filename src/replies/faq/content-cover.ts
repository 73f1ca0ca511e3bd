import type { Question } from './knowledge';
import type { Scorer } from './rank';
import { FRAMES } from './tables/function-words';
import { splitTokens } from './vocabulary';
import { weighWord } from './weights';
import type { Word } from './words';

/** How much of a question an FAQ speaks of, in any of its phrasings or its answer, 0 to 1. */
export interface Cover {
  /**
   * Of the characters that are no function words, each once and by weight, so that the unknown "dog" of "may
   * I use it with a dog" counts for more than "use", which many FAQs have.
   */
  readonly content: number;
  /**
   * The same without the frame of the question ("how much is …"); a character the FAQ has in another word
   * only ("school bus" beside the school's "parking") counts for half.
   */
  readonly subject: number;
}

const WHOLE: Cover = { content: 1, subject: 1 };
const NOTHING: Cover = { content: 0, subject: 0 };
const IN_ANOTHER_WORD = 0.5;

const anyFrame = new RegExp(FRAMES.join('|'), 'g');

/** Whole when the question has no content; nothing when all they share is what it was corrected to. */
export function coverOf(
  { words, weights }: Pick<Scorer, 'words' | 'weights'>,
  question: Pick<Question, 'text' | 'words' | 'corrected'>,
  faq: number,
): Cover {
  const speakersOf = ({ spelling }: Word) => words.get(spelling)?.faqs ?? [];
  const characters = question.words.filter(({ isPair }) => !isPair);
  const pairs = question.words.filter(({ isPair }) => isPair);
  const said = new Set(question.words.filter((word) => speakersOf(word).includes(faq)));
  const shared = characters.filter((word) => said.has(word));
  if (characters.length === 0) return WHOLE;
  if (shared.every(({ spelling }) => question.corrected.has(spelling))) return NOTHING;

  const subject = subjectOf(question, characters);
  const spelled = new Set(subject.map(({ spelling }) => spelling));
  const isInSameWord = ({ spelling }: Word) => {
    const around = pairs.filter((pair) => {
      const ends = pair.spelling.split(' ');
      return ends.includes(spelling) && ends.every((end) => spelled.has(end));
    });
    return around.length === 0 || around.some((pair) => said.has(pair));
  };
  const share = (of: readonly Word[], valueOf: (word: Word) => number) => {
    let total = 0;
    let covered = 0;
    for (const word of of) {
      const weight = weighWord(weights, word, speakersOf(word).length);
      total += weight;
      if (said.has(word)) covered += weight * valueOf(word);
    }
    return total === 0 ? 1 : covered / total;
  };
  return {
    content: share(characters, () => 1),
    subject: share(subject, (word) => (isInSameWord(word) ? 1 : IN_ANOTHER_WORD)),
  };
}

/** The characters that say what is asked about, not how. */
function subjectOf(
  { text, corrected }: Pick<Question, 'text' | 'corrected'>,
  characters: readonly Word[],
): Word[] {
  const bare = new Set(splitTokens(text.replace(anyFrame, ' ')));
  return characters.filter(({ spelling }) => bare.has(spelling) || corrected.has(spelling));
}
