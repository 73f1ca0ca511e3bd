import { marksFor, type Reader } from '../kernel/database';

/** What somebody asked an Official Account, and what they got. */
export type Question = {
  at: number;
  text: string;
  answered: boolean;
  answer: string | null;
  /** `rule`, `faq`, `welcome`, `operator`, `rep`; null without an answer. */
  by: string | null;
};

export type QuestionLine = {
  id: string;
  identityId: string;
  at: number;
  kind: string;
  params: string;
};

/** A default answer, or a few questions to choose from, is not what they asked for. */
const isAnswer = (by: string): boolean => by !== 'default' && by !== 'clarify';

/**
 * Newest first. A question is answered by what the account said next, until the person spoke again, or by what
 * a rep sent them later.
 */
export function pairQuestions(lines: readonly QuestionLine[]): Question[] {
  const ordered = [...lines].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const questions: Question[] = [];
  const open = new Map<string, Question>();
  for (const { identityId, at, kind, params } of ordered) {
    const said = JSON.parse(params) as { text?: unknown; by?: unknown; messageKind?: unknown };
    const words = typeof said.text === 'string' ? said.text : '';
    if (kind === 'message-in') {
      open.delete(identityId);
      if (said.messageKind !== 'text' || words === '') continue;
      const question = { at, text: words, answered: false, answer: null, by: null };
      questions.push(question);
      open.set(identityId, question);
    } else if (kind === 'message-out') {
      const question = open.get(identityId);
      const by = typeof said.by === 'string' ? said.by : '';
      if (!question || !isAnswer(by)) continue;
      Object.assign(question, { answered: true, answer: words === '' ? null : words, by });
      open.delete(identityId);
    } else {
      for (const question of questions.filter((one) => !one.answered)) {
        Object.assign(question, { answered: true, answer: words === '' ? null : words, by: 'rep' });
      }
      open.clear();
    }
  }
  return questions.reverse();
}

export const questionKinds: readonly string[] = [
  'message-in',
  'message-out',
  'rep-sent-script',
  'rep-sent-text',
  'rep-sent-material',
];

/** The latest thing nobody answered, if it asks for more than a thank-you. */
export function openQuestion(questions: readonly Question[]): { text: string; at: number } | null {
  const [last] = questions;
  if (!last || last.answered) return null;
  const { text, at } = last;
  return text.length >= 4 || /[?\uff1f]/.test(text) ? { text, at } : null;
}

/** From the latest lines of these identities of one person. */
export async function questionsOf(
  reader: Reader,
  identityIds: readonly string[],
): Promise<Question[]> {
  if (identityIds.length === 0) return [];
  const lines = await reader.all<QuestionLine>(
    `SELECT id, identityId, at, kind, params FROM timeline_entry
     WHERE identityId IN (${marksFor(identityIds)}) AND kind IN (${marksFor(questionKinds)})
     ORDER BY at DESC, id DESC LIMIT 60`,
    [...identityIds, ...questionKinds],
  );
  return pairQuestions(lines);
}
