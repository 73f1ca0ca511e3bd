import { answerMessage } from '../../src/replies/reply-book';
import type { Templates } from '../../src/replies/templates';
import { bookOfTemplates, folderAccount } from '../../src/replies/templates/book-of-templates';

export interface BrandTally {
  readonly answerable: number;
  readonly right: number;
  /** Answerable questions that something else answered. */
  readonly mistaken: readonly string[];
  readonly unanswerable: number;
  /** Questions the brand says nothing of that something answered all the same. */
  readonly hasty: readonly string[];
}

/** Asks a brand what `starter-questions.ts` lists, rules first and then questions, as a follower would. */
export function askBrand(templates: Templates, written: string): BrandTally {
  const book = bookOfTemplates(templates, 'UTC');
  const answererOf = (text: string) => {
    const state = { accountId: folderAccount, now: 0 };
    const answered = answerMessage(book, { kind: 'text', text }, state);
    return answered?.ruleId ?? answered?.faqId;
  };
  const lines = written.trim().split('\n');
  const unanswerable = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(2));
  const answerable = lines
    .filter((line) => !line.startsWith('!'))
    .flatMap((line) => {
      const [gold = [], asked = []] = line
        .split(' = ')
        .map((part) => part.split('|').map((word) => word.trim()));
      return asked.map((text) => ({ text, gold, by: answererOf(text) }));
    });
  const right = answerable.filter(({ gold, by }) => by !== undefined && gold.includes(by));
  return {
    answerable: answerable.length,
    right: right.length,
    mistaken: answerable
      .filter((one) => one.by !== undefined && !right.includes(one))
      .map(({ text }) => text),
    unanswerable: unanswerable.length,
    hasty: unanswerable.filter((text) => answererOf(text) !== undefined),
  };
}
