import type { Kit } from '../kernel/kit';
import { faqSource, sourcesFor, type FaqSource, type ReplyBook } from '../replies';
import type { Breaker } from './breaker';
import { BudgetSpent, type Limits } from './budget';
import { beginCall, endCall, type Intended, type OpenCall } from './call-log';
import { chat, embed, EndpointFailure, mostAnswerTokens, tokensOfFailure } from './endpoint';
import type { ModelConfig, Style } from './model-config';
import { promptFor, tokensAtMost } from './prompt';
import { readAnswer, type Read } from './read-answer';
import { redact } from '../kernel/redact';
import type { VectorIndex } from './vectors';

export type Question = {
  readonly said: string;
  readonly accountId: string;
  /** Null when nobody in particular asks. */
  readonly identityId: string | null;
  readonly purpose: 'answer' | 'try';
  readonly style: Style;
  /** Most calls of this account in one day. */
  readonly accountCalls: number | null;
};

/** `unasked`: no call was made, because nothing is there to choose from, the endpoint rests, or the budget is spent. */
export type Outcome = Read | { readonly verdict: 'unasked'; readonly why: Unasked };
export type Unasked = 'no-sources' | 'resting' | 'busy' | BudgetSpent['whose'];

export type Asker = {
  readonly kit: Kit;
  readonly config: ModelConfig;
  readonly book: ReplyBook;
  readonly vectors: VectorIndex | undefined;
  readonly chatBreaker: Breaker;
  readonly vectorBreaker: Breaker;
};

export const mostSources = 8;
/** Below this no endpoint answers; the log would only fill with time-outs. */
const leastMs = 100;

/** Which FAQ answers a question, by a model that sees nothing but them. Never later than the settings allow. */
export async function askModel(asker: Asker, question: Question): Promise<Outcome> {
  const { kit, config, chatBreaker } = asker;
  const deadline = kit.clock.system() + config.timeoutMs;
  if (!chatBreaker.allows(kit.clock.system())) return { verdict: 'unasked', why: 'resting' };
  const found = await findSources(asker, question, deadline);
  const { messages, sources } = promptFor(question.said, found, question.style, kit.random);
  if (sources.length === 0) return { verdict: 'unasked', why: 'no-sources' };
  const { accountId, identityId, purpose } = question;
  const opened = await open(asker, chatBreaker, question, {
    ...{ accountId, identityId, purpose, model: config.chat, prompt: messages },
    sources: sources.map(({ source }) => source.id),
    tokens: tokensAtMost(messages) + mostAnswerTokens,
  });
  if ('why' in opened) return opened;
  try {
    const leftMs = Math.max(leastMs, deadline - kit.clock.system());
    const completion = await chat(kit, config, messages, leftMs);
    chatBreaker.succeeded();
    const read = readAnswer(completion, sources, question.style);
    await endCall(kit, opened, {
      verdict: read.verdict,
      faqId: read.source?.id,
      answer: completion.content,
      tokens: completion.tokens,
    });
    return read;
  } catch (error) {
    return { verdict: await endFailed(kit, chatBreaker, opened, error) };
  }
}

/** By the words, and by the meaning where vectors are kept; in turns, so that neither pushes the other out. */
async function findSources(
  asker: Asker,
  question: Question,
  deadline: number,
): Promise<FaqSource[]> {
  const { book } = asker;
  const byWords = sourcesFor(book, question.said, mostSources);
  const near = await nearInMeaning(asker, question, deadline);
  const byMeaning = near.flatMap((id) => faqSource(book, id) ?? []);
  const turns = Array.from({ length: mostSources }, (_, nth) => [byMeaning[nth], byWords[nth]]);
  const found = new Map(turns.flat().flatMap((one) => (one ? [[one.id, one] as const] : [])));
  return [...found.values()].slice(0, mostSources);
}

/** FAQ ids; none when the endpoint fails or has no time, because their words are enough to go on. */
async function nearInMeaning(
  asker: Asker,
  question: Question,
  deadline: number,
): Promise<readonly string[]> {
  const { kit, config, vectors, vectorBreaker } = asker;
  if (config.embedding === undefined || !vectors || vectors.size === 0) return [];
  const text = redact(question.said);
  const { accountId, identityId } = question;
  const opened = await open(asker, vectorBreaker, question, {
    ...{ accountId, identityId, purpose: 'question', model: config.embedding, prompt: [text] },
    ...{ sources: [], tokens: tokensAtMost([{ role: 'user', content: text }]) },
  });
  if ('why' in opened) return [];
  try {
    const mostMs = Math.max(leastMs, Math.floor((deadline - kit.clock.system()) / 2));
    const made = await embed(kit, config, [text], mostMs);
    vectorBreaker.succeeded();
    await endCall(kit, opened, { verdict: 'made', answer: null, tokens: made.tokens });
    const [vector] = made.vectors;
    return vector ? vectors.nearest(vector, mostSources).map(({ faqId }) => faqId) : [];
  } catch (error) {
    await endFailed(kit, vectorBreaker, opened, error);
    return [];
  }
}

async function open(
  { kit, config }: Asker,
  breaker: Breaker,
  { accountCalls }: Question,
  intended: Intended,
): Promise<OpenCall | { verdict: 'unasked'; why: Unasked }> {
  if (!breaker.enter(kit.clock.system())) return { verdict: 'unasked', why: 'resting' };
  const { dailyCalls, dailyTokens, personDailyCalls: personCalls } = config;
  const limits: Limits = { dailyCalls, dailyTokens, accountCalls };
  try {
    return await beginCall(kit, intended, { ...limits, personCalls });
  } catch (error) {
    breaker.left();
    if (error instanceof BudgetSpent) return { verdict: 'unasked', why: error.whose };
    throw error;
  }
}

async function endFailed(kit: Kit, breaker: Breaker, call: OpenCall, error: unknown) {
  if (!(error instanceof EndpointFailure)) {
    breaker.left();
    throw error;
  }
  breaker.failed(kit.clock.system());
  const { verdict, body } = error;
  await endCall(kit, call, { verdict, answer: body, tokens: tokensOfFailure(verdict) });
  return verdict;
}
