import { marksFor, type Reader } from '../kernel/database';

/** What somebody asked an Official Account, and what they got. */
export type Question = {
  /** Of the line that asks it. */
  id: string;
  at: number;
  text: string;
  answered: boolean;
  answer: string | null;
  /** `rule`, `faq`, `model`, `operator`, `rep`; null without an answer. */
  by: string | null;
  /** The rep who answered. */
  rep: string | null;
};

export type OpenQuestion = Pick<Question, 'id' | 'text' | 'at'>;

export type QuestionLine = {
  id: string;
  identityId: string;
  at: number;
  kind: string;
  params: string;
};

type Asked = { identityId: string; question: Question };
type Said = { text?: unknown; by?: unknown; messageKind?: unknown; answers?: unknown };
const unanswered = { answered: false, answer: null, by: null, rep: null };
const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A default answer, or a few questions to choose from, is not what they asked for. */
const isAnswer = (by: string): boolean => by !== 'default' && by !== 'clarify';

/**
 * Newest first. A question is answered by what the account said next, until the person spoke again, by a person
 * of ours who wrote later and so had read it, or by what a rep sent for it.
 */
export function pairQuestions(lines: readonly QuestionLine[]): Question[] {
  const ordered = [...lines].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const questions: Asked[] = [];
  const open = new Map<string, Asked>();
  for (const { id, identityId, at, kind, params } of ordered) {
    const said = JSON.parse(params) as Said;
    const words = wordsOf(said.text);
    const answer = words === '' ? null : words;
    const close = (of: (one: Asked) => boolean, by: string, rep: string | null = null) => {
      for (const one of questions.filter((one) => !one.question.answered && of(one))) {
        Object.assign(one.question, { answered: true, answer, by, rep });
      }
    };
    if (kind === 'message-in') {
      open.delete(identityId);
      if (said.messageKind !== 'text' || words === '') continue;
      const asked = { identityId, question: { id, at, text: words, ...unanswered } };
      questions.push(asked);
      open.set(identityId, asked);
    } else if (kind === 'message-out') {
      const asked = open.get(identityId);
      const by = wordsOf(said.by);
      if (!isAnswer(by)) continue;
      if (by === 'operator') close((one) => one.identityId === identityId, by);
      else if (asked) close(({ question }) => question.text === asked.question.text, by);
      open.delete(identityId);
    } else {
      const answers = Array.isArray(said.answers) ? said.answers : [];
      close(({ question }) => answers.includes(question.id), 'rep', wordsOf(said.by) || null);
    }
  }
  return questions.reverse().map(({ question }) => question);
}

export const questionKinds: readonly string[] = [
  'message-in',
  'message-out',
  'rep-sent-script',
  'rep-sent-text',
  'rep-sent-material',
];

/** The latest thing nobody answered, if it asks for more than a thank-you. */
export function openQuestion(questions: readonly Question[]): OpenQuestion | null {
  const asks = (text: string) => text.length >= 4 || /[?\uff1f]/.test(text);
  const open = questions.find(({ answered, text }) => !answered && asks(text));
  return open ? { id: open.id, text: open.text, at: open.at } : null;
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
