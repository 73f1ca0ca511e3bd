import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { redact } from '../kernel/redact';
import { foldQuestion } from './fold-question';
import type { Accounts } from './open-questions';

export type OperatorAnswer = {
  readonly text: string;
  readonly question: string;
  /** The operator's name, where the entry says it. */
  readonly by: string | null;
  readonly at: number;
};

/** A question was counted within this time of being said. */
const countedWithinMs = 60_000;
const answeredWithinMs = 30 * 60_000;
const mostLooked = 12;
const mostKept = 3;

type Entry = { identityId: string; accountId: string; at: number | string; params: string };
type Words = { text?: unknown; by?: unknown; operator?: unknown };

/**
 * What a person on our side answered soon after somebody asked one of these. Only the last time each was asked
 * is looked at: its moment is known, so that the timeline is read in small windows of its index.
 */
export async function operatorAnswers(
  kit: Pick<Kit, 'db'>,
  missIds: readonly string[],
  accounts: Accounts,
): Promise<OperatorAnswer[]> {
  const ids = missIds.slice(0, mostLooked);
  if (ids.length === 0) return [];
  const asked = await kit.db.read.all<{ folded: string; lastAt: number | string }>(
    `SELECT folded, lastAt FROM faq_miss WHERE id IN (${marksFor(ids)}) ORDER BY lastAt DESC`,
    ids,
  );
  const found: OperatorAnswer[] = [];
  for (const { folded, lastAt } of asked) {
    if (found.length >= mostKept) break;
    const said = await kit.db.read.all<Entry>(
      `SELECT identityId, accountId, at, params FROM timeline_entry
       WHERE kind = 'message-in' AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT 200`,
      [Number(lastAt) - countedWithinMs, Number(lastAt) + countedWithinMs],
    );
    const question = said.find(
      (entry) =>
        (accounts === 'all' || accounts.includes(entry.accountId)) &&
        foldQuestion(wordOf(entry, 'text') ?? '') === folded,
    );
    if (!question) continue;
    const answers = await kit.db.read.all<Entry>(
      `SELECT identityId, accountId, at, params FROM timeline_entry
       WHERE identityId = ? AND at BETWEEN ? AND ? AND kind = 'message-out' ORDER BY at, id LIMIT 20`,
      [question.identityId, Number(question.at), Number(question.at) + answeredWithinMs],
    );
    const answer = answers.find((entry) => wordOf(entry, 'by') === 'operator');
    const text = answer && wordOf(answer, 'text');
    if (!answer || !text) continue;
    found.push({
      text,
      question: redact(wordOf(question, 'text') ?? ''),
      by: wordOf(answer, 'operator') ?? null,
      at: Number(answer.at),
    });
  }
  return found;
}

function wordOf({ params }: Entry, name: keyof Words): string | undefined {
  const value = (JSON.parse(params) as Words)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
