import type { OutgoingMessage, Reply } from '../channels/inbound-event';
import type { Random } from '../kernel/random';
import { noLibrary, type Shelf } from '../media';
import type { Actions } from './actions';
import type { Answer } from './answers/answer';
import { isFaqTemplate } from './answers/faq-template';
import { renderAnswer, wordsOf } from './answers/render-answer';
import { renderText, type Unsaid, type Variables } from './answers/template-text';
import { faqIdOfChoice, numberSaid, offersOf, offerText } from './clarify';
import { readCoolDowns, withAnswer } from './cool-downs';
import { verdictAnswer, verdictOf, withFeedback } from './feedback';
import { askFaq, normaliseQuestion, type FaqAnswer, type FaqIndex } from './faq';
import { readLastSaid, writeLastSaid } from './last-said';
import { cutQuestion } from './fold-question';
import {
  judgeConditions,
  matchRules,
  type CompiledRules,
  type Rule,
  type RuleContext,
  type Said,
} from './matching';
import { optOutAnswer, readOptOut } from './opt-out';

export type BookRule = Rule & {
  readonly name: string;
  readonly answer: Answer;
  readonly also?: Actions | null;
};
export type AccountAnswers = { readonly welcome: Answer | null; readonly fallback: Answer | null };
export type KnownFaq = {
  readonly question: string;
  readonly answer: string;
  readonly updatedAt?: number;
};

/** Everything answers are made from: immutable parts, replaced as a whole when something changes. */
export type ReplyBook = {
  readonly rules: CompiledRules<BookRule>;
  readonly defaults: ReadonlyMap<string, AccountAnswers>;
  readonly faqIndex: FaqIndex;
  readonly faqs: ReadonlyMap<string, KnownFaq>;
  /** Accounts that ask whether an answer helped. */
  readonly judging?: ReadonlySet<string>;
  /** By account id. */
  readonly accountNames: ReadonlyMap<string, string>;
  /** By `accountId:scene`. */
  readonly sceneNames: ReadonlyMap<string, string>;
  readonly zone: string;
  readonly random: Random;
  /** What WeChat holds of the media library, by account id; a book without a library has none of it. */
  readonly shelfOf?: (accountId: string) => Shelf;
};

/** What is known of the one who speaks, from the grouped read. */
export type ReplyState = {
  readonly accountId: string;
  /** Business time, epoch ms. */
  readonly now: number;
  /** The operator's name for them. */
  readonly personName?: string | null;
  readonly tags?: readonly string[];
  /** The scene they came by, raw. */
  readonly scene?: string | null;
  /** What the last answer offered and was about, if it was the last thing said; see `readLastSaid`. */
  readonly offered?: readonly string[];
  /** As the identity keeps them. */
  readonly coolDowns?: string | null;
  /** Of the segments that rules ask about, those they are in. */
  readonly segments?: ReadonlySet<string>;
  /** Customer-service messages that may still be said; asked only for an answer of several. */
  readonly room?: () => number;
};

export type AnsweredBy =
  'rule' | 'faq' | 'model' | 'clarify' | 'default' | 'welcome' | 'opt-out' | 'feedback';

export type Answered = {
  readonly by: AnsweredBy;
  /** Absent when the answer renders to nothing or the account has no default. */
  readonly reply?: Reply;
  readonly ruleId?: string;
  readonly ruleName?: string;
  readonly faqId?: string;
  /** They want no more messages (true) or want them again (false). */
  readonly optOut?: boolean;
  /** A person is to answer from now on. */
  readonly handOff?: boolean;
  /** What is to be remembered while this is the last thing said; see `readLastSaid`. */
  readonly offered?: readonly string[];
  /** A question nobody has written an answer to. */
  readonly missed?: string;
  /** The FAQ that answered `missed` and did not help. */
  readonly unhelpful?: string;
  /** A sentence that is likely another way to put the FAQ's question. */
  readonly candidate?: {
    readonly faqId: string;
    readonly sentence: string;
    readonly source: 'pick' | 'helpful';
  };
  /** A rule or a question that had nothing to say, so that the default speaks instead. */
  readonly unsaid?: { readonly code: Unsaid; readonly ruleId?: string; readonly faqId?: string };
  /** What follows as customer-service messages, as many as the window has room for. */
  readonly more?: readonly OutgoingMessage[];
  /** How many had no room. */
  readonly heldBack?: number;
  /** What the rule does besides. */
  readonly also?: Actions;
  /** The identity's cool-downs with this answer among them. */
  readonly coolDowns?: string;
  /** For the timeline entry of kind `message-out`. */
  readonly params: Readonly<Record<string, string>>;
};

export function variablesOf(book: ReplyBook, state: ReplyState): Variables {
  const scene = state.scene ?? '';
  return {
    person: { name: state.personName ?? '', tags: state.tags ?? [] },
    account: { name: book.accountNames.get(state.accountId) ?? '' },
    scene: { name: book.sceneNames.get(`${state.accountId}:${scene}`) ?? '' },
    now: state.now,
    zone: book.zone,
  };
}

/** What conditions of rules are judged by. */
export function contextOf({ zone }: ReplyBook, state: ReplyState): RuleContext {
  return {
    accountId: state.accountId,
    unmet: judgeConditions({
      now: state.now,
      zone,
      tags: state.tags ?? [],
      scene: state.scene ?? null,
      segments: state.segments ?? nowhere,
      answeredAt: () => readCoolDowns(state.coolDowns),
    }),
  };
}

const nowhere: ReadonlySet<string> = new Set();

/**
 * The answer to one message or event, from memory alone. Synchronous, because it runs inside the
 * transaction that everybody waiting shares.
 */
export function answerMessage(
  book: ReplyBook,
  said: Said & { readonly choiceId?: string | undefined },
  state: ReplyState,
): Answered | undefined {
  if (said.kind === 'text') return answerText(book, said.text, said.choiceId, state);
  const hit = matchRules(book.rules, said, contextOf(book, state));
  if (hit) return byRule(book, hit.rule, state);
  return said.kind === 'message' ? byDefault(book, state) : undefined;
}

function answerText(
  book: ReplyBook,
  said: string,
  choiceId: string | undefined,
  state: ReplyState,
): Answered | undefined {
  const optOut = readOptOut(said);
  if (optOut !== undefined) {
    const text = optOutAnswer(optOut);
    return {
      by: 'opt-out',
      optOut,
      reply: { kind: 'text', text },
      params: { by: 'opt-out', text },
    };
  }
  const judged = byVerdict(book, said, choiceId, state);
  if (judged) return judged;
  const picked = pickedFaq(book, said, choiceId, state);
  if (picked !== undefined) return byPick(book, picked, state);
  const hit = matchRules(book.rules, { kind: 'text', text: said }, contextOf(book, state));
  if (hit) return byRule(book, hit.rule, state);
  const asked = askFaq(book.faqIndex, said);
  if (asked.best !== undefined && book.faqs.has(asked.best)) {
    return judgeable(book, byFaq(book, asked.best, state), said, state);
  }
  const isAsked = normaliseQuestion(said) !== '' && verdictOf(said, choiceId) === undefined;
  const missed = isAsked ? { missed: said } : {};
  if (asked.band === 'clarify') return { ...byClarify(book, asked, said), ...missed };
  const fallback = byDefault(book, state) ?? { by: 'default', params: { by: 'default' } };
  return fallback.reply === undefined && missed.missed === undefined
    ? undefined
    : { ...fallback, ...missed };
}

function pickedFaq(
  book: ReplyBook,
  said: string,
  choiceId: string | undefined,
  { offered }: ReplyState,
): string | undefined {
  const place = offered === undefined ? undefined : numberSaid(said);
  const id =
    choiceId === undefined
      ? place === undefined
        ? undefined
        : readLastSaid(offered ?? []).ids[place]
      : faqIdOfChoice(choiceId);
  return id !== undefined && book.faqs.has(id) ? id : undefined;
}

/** Who picks from three says what they had meant: their own words are likely a phrasing of it. */
function byPick(book: ReplyBook, faqId: string, state: ReplyState): Answered {
  const { asked, ids } = readLastSaid(state.offered ?? []);
  const answered = byFaq(book, faqId, state);
  if (asked === undefined || !ids.includes(faqId)) return judgeable(book, answered, asked, state);
  const candidate = { faqId, sentence: asked, source: 'pick' } as const;
  return { ...judgeable(book, answered, asked, state), candidate };
}

/** Asks beneath an FAQ's answer whether it helped, where the account wants that. */
function judgeable(
  book: ReplyBook,
  answered: Answered,
  asked: string | undefined,
  state: ReplyState,
): Answered {
  const { by, faqId, reply } = answered;
  if (!book.judging?.has(state.accountId)) return answered;
  if (by !== 'faq' || faqId === undefined || reply?.kind !== 'text') return answered;
  return {
    ...answered,
    reply: { kind: 'text', text: withFeedback(reply.text) },
    offered: writeLastSaid({
      ids: [],
      judged: faqId,
      ...(asked === undefined ? {} : { asked: cutQuestion(asked) }),
    }),
  };
}

/** The word "helpful" judges only while our question about it is the last thing said. */
function byVerdict(
  book: ReplyBook,
  said: string,
  choiceId: string | undefined,
  { offered }: ReplyState,
): Answered | undefined {
  if (offered === undefined) return undefined;
  const { judged, asked } = readLastSaid(offered);
  const verdict = judged === undefined ? undefined : verdictOf(said, choiceId);
  if (judged === undefined || verdict === undefined || !book.faqs.has(judged)) return undefined;
  const text = verdictAnswer(verdict);
  const answered = {
    by: 'feedback',
    reply: { kind: 'text', text },
    params: { by: 'feedback', faqId: judged, verdict, text },
  } as const;
  if (asked === undefined) return answered;
  return verdict === 'helpful'
    ? { ...answered, candidate: { faqId: judged, sentence: asked, source: 'helpful' } }
    : { ...answered, missed: asked, unhelpful: judged };
}

/** A rule that has nothing to say does nothing else either. */
export function byRule(book: ReplyBook, rule: BookRule, state: ReplyState): Answered {
  const ruleId = rule.id;
  const said = spoken(book, 'rule', rule.answer, state, { ruleId });
  if (said.unsaid) return instead(book, { ...said, ruleId }, { ruleId }, state);
  return {
    ...said,
    ruleId,
    ruleName: rule.name,
    ...(rule.also ? { also: rule.also } : {}),
    ...(rule.also?.handOff ? { handOff: true } : {}),
    ...(rule.when?.quietMinutes
      ? { coolDowns: withAnswer(state.coolDowns, ruleId, state.now) }
      : {}),
  };
}

export function byFaq(book: ReplyBook, faqId: string, state: ReplyState): Answered {
  const rendered = faqText(book, faqId, state);
  if ('unsaid' in rendered) {
    const silent = {
      by: 'faq',
      faqId,
      unsaid: { code: rendered.unsaid },
      params: { by: 'faq', faqId },
    };
    return instead(book, silent as Answered, { faqId }, state);
  }
  const { text } = rendered;
  return { by: 'faq', faqId, reply: { kind: 'text', text }, params: { by: 'faq', faqId, text } };
}

/** Nobody who asked is left without a word: the default answer, and a note of who had none. */
function instead(
  book: ReplyBook,
  silent: Answered,
  who: { ruleId?: string; faqId?: string },
  state: ReplyState,
): Answered {
  const unsaid = { code: silent.unsaid?.code ?? 'template_failed', ...who } as const;
  const fallback = byDefault(book, state);
  return fallback?.reply ? { ...fallback, unsaid } : { ...silent, unsaid };
}

export function faqText(
  book: ReplyBook,
  faqId: string,
  state: ReplyState,
): ReturnType<typeof renderText> {
  const answer = book.faqs.get(faqId)?.answer ?? '';
  return isFaqTemplate(answer) ? renderText(answer, variablesOf(book, state)) : { text: answer };
}

export function byClarify(book: ReplyBook, asked: FaqAnswer, said: string): Answered {
  const offers = offersOf(asked.ranked.filter(({ id }) => book.faqs.has(id))).map(({ id }) => ({
    id,
    question: book.faqs.get(id)?.question ?? '',
  }));
  const text = offerText(offers);
  return {
    by: 'clarify',
    reply: { kind: 'text', text },
    offered: writeLastSaid({ ids: offers.map(({ id }) => id), asked: cutQuestion(said) }),
    params: { by: 'clarify', text: offers.map(({ question }) => question).join(' / ') },
  };
}

export function byDefault(book: ReplyBook, state: ReplyState): Answered | undefined {
  const answer = book.defaults.get(state.accountId)?.fallback;
  return answer ? spoken(book, 'default', answer, state) : undefined;
}

export function byWelcome(book: ReplyBook, state: ReplyState): Answered | undefined {
  const answer = book.defaults.get(state.accountId)?.welcome;
  return answer ? spoken(book, 'welcome', answer, state) : undefined;
}

export const shelfOf = (book: ReplyBook, accountId: string): Shelf =>
  (book.shelfOf ?? noLibrary.shelf)(accountId);

function spoken(
  book: ReplyBook,
  by: AnsweredBy,
  answer: Answer,
  state: ReplyState,
  more: Readonly<Record<string, string>> = {},
): Answered {
  const shelf = shelfOf(book, state.accountId);
  const rendered = renderAnswer(answer, variablesOf(book, state), book.random, shelf);
  if ('unsaid' in rendered) {
    return { by, unsaid: { code: rendered.unsaid }, params: { by, ...more } };
  }
  const { reply, more: later = [] } = rendered;
  const params = { by, ...more, messageKind: reply.kind, text: wordsOf(reply) };
  if (later.length === 0) return { by, reply, params };
  const room = Math.max(0, state.room?.() ?? later.length);
  const heldBack = Math.max(0, later.length - room);
  return { by, reply, more: later.slice(0, room), heldBack, params };
}
