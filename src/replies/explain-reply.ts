import type { OutgoingMessage, Reply } from '../channels/inbound-event';
import { text, type Locale } from '../kernel/text';
import { askFaq } from './faq';
import { explainRules, type ConsideredRule } from './matching';
import {
  answerMessage,
  byDefault,
  contextOf,
  type Answered,
  type ReplyBook,
  type ReplyState,
} from './reply-book';
import { readOptOut } from './opt-out';

/** More rules than a person reads; those that matched come first and are always told. */
const mostConsidered = 1_000;

export type Telling = {
  readonly locale: Locale;
  readonly segmentNames?: ReadonlyMap<string, string>;
};

/** Why a sentence is answered as it is: every rule, the questions nearest to it, and what is said. */
export function explainReply(
  book: ReplyBook,
  said: string,
  state: ReplyState,
  { locale, segmentNames = new Map() }: Telling,
) {
  const context = contextOf(book, state);
  const { considered, winner } = explainRules(book.rules, { kind: 'text', text: said }, context);
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
    messages: [real?.reply, ...(real?.more ?? [])].flatMap((one) => presentReply(one) ?? []),
    delivery: deliveryOf(real, state, locale),
    also: real?.also ?? null,
    by: real?.by ?? null,
    faq: asked.ranked.slice(0, 10).map(({ id, score }) => ({
      id,
      score,
      question: book.faqs.get(id)?.question ?? '',
    })),
    threshold: asked.threshold,
    considered: considered
      .slice(0, mostConsidered)
      .map((rule) => presentConsidered({ names, segmentNames }, rule, locale)),
  };
}

/** How an answer of several goes out, as far as the window lets it. */
function deliveryOf(answered: Answered | undefined, state: ReplyState, locale: Locale) {
  const { more = [], heldBack = 0 } = answered ?? {};
  if (!answered?.reply || more.length + heldBack === 0) return null;
  const goes = 1 + more.length;
  const left = state.room?.() ?? more.length;
  const params = { total: goes + heldBack, goes, later: more.length, heldBack, left };
  const code = heldBack === 0 ? 'all' : more.length === 0 ? 'first' : 'some';
  return {
    total: goes + heldBack,
    goes,
    left,
    text: text(locale, `reply.several.${code}`, params),
  };
}

type Names = ReadonlyMap<string, string>;

function presentConsidered(
  { names, segmentNames }: { names: Names; segmentNames: Names },
  { id, matched, why }: ConsideredRule,
  locale: Locale,
) {
  const nameOf = (ruleId: unknown) => names.get(String(ruleId)) ?? '';
  const { winnerId } = why.params;
  const params = {
    ...why.params,
    ...(winnerId === undefined ? {} : { winner: nameOf(winnerId) }),
    ...(why.code === 'not-in-audience'
      ? { segments: namesIn(String(why.params['segments']), segmentNames) }
      : {}),
  };
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

const namesIn = (ids: string, names: Names): string =>
  ids
    .split(' / ')
    .map((id) => names.get(id) ?? id)
    .join(' / ');

/** A reply in the words answers are written in; an article loses nothing, because there is only one. */
export function presentReply(
  reply: Reply | OutgoingMessage | undefined,
): Record<string, unknown> | null {
  if (!reply) return null;
  if (reply.kind === 'article') return { type: 'article', ...reply.article };
  if (reply.kind === 'articles') return { type: 'article', ...reply.articles[0] };
  const { kind, ...rest } = reply;
  return { type: kind, ...rest };
}
