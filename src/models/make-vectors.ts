import { execute, insertRows, marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { BudgetSpent } from './budget';
import { beginCall, endCall } from './call-log';
import type { Breaker } from './breaker';
import { embed, EndpointFailure, tokensOfFailure } from './endpoint';
import type { ModelConfig } from './model-config';
import { tokensAtMost } from './prompt';
import { encodeVector, hashOf, mostPhrasings, readPhrasings } from './vectors';

export const makeVectorsKind = 'model-vectors';
export const vectorsTopic = 'model-vectors';

const batch = 64;
const timeoutMs = 20_000;

type Maker = {
  readonly kit: Kit;
  readonly config: ModelConfig;
  readonly breaker: Breaker;
};

/** The work row that brings the vectors up to the FAQs; one at a time for the whole installation. */
export async function orderVectors(kit: Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>) {
  await kit.db.transact((tx) =>
    enqueue(tx, [
      {
        id: kit.newId(),
        kind: makeVectorsKind,
        dedupeKey: 'all',
        payload: {},
        priority: 8,
        dueAt: kit.clock.business(),
        createdAt: kit.clock.system(),
      },
    ]),
  );
  kit.work.ring(0, 8);
}

/** Texts of published phrasings that have no vector yet, each once. */
export async function missingVectors(kit: Pick<Kit, 'db'>, model: string): Promise<string[]> {
  const phrasings = await readPhrasings(kit);
  if (phrasings.length > mostPhrasings) return [];
  const rows = await kit.db.longRead<{ contentHash: string }>(
    `SELECT contentHash FROM model_vector`,
  );
  const known = new Set(rows.map(({ contentHash }) => contentHash));
  return [...new Set(phrasings.map(({ text }) => text))].filter(
    (text) => !known.has(hashOf(model, text)),
  );
}

/**
 * Makes what is missing, batch by batch, within the day's budget. An endpoint that fails ends it without a dead
 * letter: what is missing is known from the rows, and asked for again later. True when nothing is missing.
 */
export async function makeVectors({ kit, config, breaker }: Maker): Promise<boolean> {
  const model = config.embedding;
  if (model === undefined) return true;
  const missing = await missingVectors(kit, model);
  for (let from = 0; from < missing.length; from += batch) {
    const texts = missing.slice(from, from + batch);
    const isMade = await makeBatch({ kit, config, breaker }, model, texts);
    if (!isMade) return false;
  }
  return true;
}

async function makeBatch(
  { kit, config, breaker }: Maker,
  model: string,
  texts: readonly string[],
): Promise<boolean> {
  const { dailyCalls, dailyTokens, personDailyCalls: personCalls } = config;
  const tokens = tokensAtMost(texts.map((content) => ({ role: 'user', content })));
  const about = { accountId: '', identityId: null, purpose: 'phrasings', sources: [] } as const;
  const intended = { ...about, model, prompt: texts, tokens };
  const limits = { dailyCalls, dailyTokens, accountCalls: null, personCalls };
  if (!breaker.enter(kit.clock.system())) return false;
  const call = await beginCall(kit, intended, limits).catch((error: unknown) => {
    breaker.left();
    if (error instanceof BudgetSpent) return undefined;
    throw error;
  });
  if (!call) return false;
  try {
    const { vectors, tokens: used } = await embed(kit, config, texts, timeoutMs);
    breaker.succeeded();
    await endCall(kit, call, { verdict: 'made', answer: null, tokens: used });
    await keep(kit, model, texts, vectors);
    return true;
  } catch (error) {
    if (!(error instanceof EndpointFailure)) {
      breaker.left();
      throw error;
    }
    breaker.failed(kit.clock.system());
    const { verdict, body } = error;
    await endCall(kit, call, { verdict, answer: body, tokens: tokensOfFailure(verdict) });
    return false;
  }
}

async function keep(
  kit: Kit,
  model: string,
  texts: readonly string[],
  vectors: readonly Float32Array[],
): Promise<void> {
  const madeAt = kit.clock.system();
  const rows = texts.flatMap((text, index) => {
    const vector = vectors[index];
    return vector
      ? [{ contentHash: hashOf(model, text), vector: encodeVector(vector), madeAt }]
      : [];
  });
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'model_vector', rows, { onConflict: ['contentHash'] });
    await kit.versions.bump(tx, vectorsTopic);
  });
}

/** Of phrasings that are in no FAQ any more; those of drafts are kept for the day they are published. */
export async function forgetVectors(kit: Pick<Kit, 'db'>, model: string): Promise<void> {
  const texts = await kit.db.longRead<{ text: string }>(
    `SELECT question AS text FROM faq UNION ALL SELECT phrasing AS text FROM faq_phrasing`,
  );
  const wanted = new Set(texts.map(({ text }) => hashOf(model, text)));
  const rows = await kit.db.longRead<{ contentHash: string }>(
    `SELECT contentHash FROM model_vector`,
  );
  const gone = rows.map(({ contentHash }) => contentHash).filter((hash) => !wanted.has(hash));
  for (let from = 0; from < gone.length; from += 400) {
    const some = gone.slice(from, from + 400);
    await kit.db.transact((tx) =>
      execute(tx, `DELETE FROM model_vector WHERE contentHash IN (${marksFor(some)})`, some),
    );
  }
}
