import type { Reply } from '../channels/inbound-event';
import { text, type Locale } from '../kernel/text';
import { askFaq } from './faq';
import { explainRules, type ConsideredRule } from './matching';
import { answerMessage, byDefault, type ReplyBook, type ReplyState } from './reply-book';
import { readOptOut } from './opt-out';

/** More rules than a person reads; those that matched come first and are always told. */
const mostConsidered = 1_000;

/** Why a sentence is answered as it is: every rule, the questions nearest to it, and what is said. */
export function explainReply(book: ReplyBook, said: string, state: ReplyState, locale: Locale) {
  const { considered, winner } = explainRules(book.rules, { kind: 'text', text: said }, state);
  const asked = askFaq(book.faqIndex, said);
  const isOptOut = readOptOut(said) !== undefined;
  const real = answerMessage(book, { kind: 'text', text: said }, state);
  const isChosen = real?.by === 'rule' || real?.by === 'faq' || real?.by === 'opt-out';
  const names = new Map(book.rules.rules.map(({ rule }) => [rule.id, rule.name]));
  return {
    band: winner || isOptOut ? ('rule' as const) : asked.band,
    answer: presentReply(isChosen ? real.reply : undefined),
    defaultAnswer: presentReply(byDefault(book, state)?.reply),
    reply: presentReply(real?.reply),
    by: real?.by ?? null,
    faq: asked.ranked.slice(0, 10).map(({ id, score }) => ({
      id,
      score,
      question: book.faqs.get(id)?.question ?? '',
    })),
    threshold: asked.threshold,
    considered: considered
      .slice(0, mostConsidered)
      .map((rule) => presentConsidered(names, rule, locale)),
  };
}

function presentConsidered(
  names: ReadonlyMap<string, string>,
  { id, matched, why }: ConsideredRule,
  locale: Locale,
) {
  const nameOf = (ruleId: unknown) => names.get(String(ruleId)) ?? '';
  const { winnerId } = why.params;
  const params = winnerId === undefined ? why.params : { ...why.params, winner: nameOf(winnerId) };
  const code = why.code === 'won' ? `won-by-${String(why.params['by'])}` : why.code;
  return {
    id,
    name: nameOf(id),
    matched,
    why: text(locale, `reply.why.${code}`, params),
    code: why.code,
    params: why.params,
  };
}

/** A reply in the words answers are written in; an article loses nothing, because there is only one. */
export function presentReply(reply: Reply | undefined): Record<string, unknown> | null {
  if (!reply) return null;
  if (reply.kind === 'articles') return { type: 'article', ...reply.articles[0] };
  const { kind, ...rest } = reply;
  return { type: kind, ...rest };
}
