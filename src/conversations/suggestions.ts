import type { Kit } from '../kernel/kit';
import type { Replies, ReplyState } from '../replies';
import { cannedFor } from './canned-replies';
import type { Row } from './find-conversations';
import { isGreeting } from './greetings';

export type Suggestion = {
  text: string;
  source: 'faq' | 'canned';
  faqId?: string;
  score?: number;
};

const most = 3;
/** Below this a question is not near enough to be worth an operator's look. */
const leastScore = 0.3;

type Part = Pick<Kit, 'db' | 'clock'>;

/** What could be answered to the follower's last words: questions near to them, then what operators often say. */
export async function suggestionsFor(kit: Part, replies: Replies, row: Row): Promise<Suggestion[]> {
  const state = {
    accountId: row.accountId,
    now: kit.clock.business(),
    personName: row.displayName,
  };
  const asked = await lastAsked(kit, replies, row.id, state);
  if (asked === undefined) return [];
  const faqs = replies
    .nearestFaqs(asked, state, most)
    .filter(({ score }) => score >= leastScore)
    .map(({ id, text, score }) => ({ text, source: 'faq' as const, faqId: id, score }));
  const canned = await cannedFor(kit, replies, row.accountId, asked, state);
  const texts = new Set(faqs.map(({ text }) => text));
  const other = canned
    .filter((text) => !texts.has(text))
    .map((text) => ({ text, source: 'canned' as const }));
  return [...faqs, ...other].slice(0, most);
}

/** The follower's last words that are a question: not the call for a person, and not whether one is there. */
async function lastAsked(
  { db }: Part,
  replies: Replies,
  identityId: string,
  state: ReplyState,
): Promise<string | undefined> {
  const rows = await db.read.all<{ params: string }>(
    `SELECT params FROM timeline_entry WHERE identityId = ? AND kind = 'message-in'
     ORDER BY at DESC, id DESC LIMIT 5`,
    [identityId],
  );
  const said = rows.flatMap(({ params }) => {
    const { text } = JSON.parse(params) as { text?: unknown };
    return typeof text === 'string' && text.trim() !== '' ? [text] : [];
  });
  return said.find((text) => {
    if (isGreeting(text)) return false;
    const answered = replies.answerMessage({ kind: 'text', text }, state);
    return answered?.reply?.kind !== 'transfer-to-agent' && answered?.handOff !== true;
  });
}
