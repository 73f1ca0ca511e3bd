import type { Kit } from '../kernel/kit';
import type { Replies } from '../replies';
import { cannedFor } from './canned-replies';
import type { Row } from './find-conversations';

export type Suggestion = {
  text: string;
  source: 'faq' | 'canned';
  faqId?: string;
  score?: number;
};

const most = 3;
/** Below this a question is not near enough to be worth an operator's look. */
const leastScore = 0.2;

type Part = Pick<Kit, 'db' | 'clock'>;

/** What could be answered to the follower's last words: questions near to them, then what operators often say. */
export async function suggestionsFor(
  kit: Part,
  replies: Replies,
  row: Row,
  lastText: string,
): Promise<Suggestion[]> {
  if (lastText.trim() === '') return [];
  const state = {
    accountId: row.accountId,
    now: kit.clock.business(),
    personName: row.displayName,
  };
  const faqs = replies
    .nearestFaqs(lastText, state, most)
    .filter(({ score }) => score >= leastScore)
    .map(({ id, text, score }) => ({ text, source: 'faq' as const, faqId: id, score }));
  const canned = await cannedFor(kit, replies, row.accountId, lastText, state);
  const texts = new Set(faqs.map(({ text }) => text));
  const other = canned
    .filter((text) => !texts.has(text))
    .map((text) => ({ text, source: 'canned' as const }));
  return [...faqs, ...other].slice(0, most);
}

/** The follower's last words. */
export async function lastAsked({ db }: Pick<Kit, 'db'>, identityId: string): Promise<string> {
  const [row] = await db.read.all<{ params: string }>(
    `SELECT params FROM timeline_entry WHERE identityId = ? AND kind = 'message-in' ORDER BY at DESC, id DESC LIMIT 1`,
    [identityId],
  );
  if (!row) return '';
  const { text } = JSON.parse(row.params) as { text?: unknown };
  return typeof text === 'string' ? text : '';
}
