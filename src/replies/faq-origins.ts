import { execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { OriginSource } from './faq-learning.entity';
import { foldQuestion } from './fold-question';

/** Who adds phrasings, and for those that come from followers, from which sentence. */
export type Origin = {
  readonly newId: () => string;
  readonly source: OriginSource;
  readonly byName: string;
  /** By the fold of the phrasing. */
  readonly learned?: ReadonlyMap<
    string,
    { readonly source: OriginSource; readonly sentence: string; readonly accountId: string | null }
  >;
};

type Phrasing = { readonly faqId: string; readonly phrasing: string };

export async function noteOrigins(
  tx: Tx,
  phrasings: readonly Phrasing[],
  { newId, source, byName, learned }: Origin,
  now: number,
): Promise<void> {
  const rows = phrasings.map(({ faqId, phrasing }) => {
    const folded = foldQuestion(phrasing);
    const from = learned?.get(folded);
    return {
      id: newId(),
      faqId,
      folded,
      source: from?.source ?? source,
      byName: byName.slice(0, 120),
      sentence: from?.sentence ?? null,
      accountId: from?.accountId ?? null,
      at: now,
    };
  });
  await insertRows(tx, 'faq_origin', rows, {
    onConflict: ['faqId', 'folded'],
    update: ['source', 'byName', 'sentence', 'accountId', 'at'],
  });
}

export async function forgetOrigins(tx: Tx, phrasings: readonly Phrasing[]): Promise<void> {
  for (const { faqId, phrasing } of phrasings) {
    await execute(tx, `DELETE FROM faq_origin WHERE faqId = ? AND folded = ?`, [
      faqId,
      foldQuestion(phrasing),
    ]);
  }
}

export type PhrasingOrigin = {
  readonly text: string;
  readonly source: OriginSource | 'unknown';
  readonly by: string | null;
  readonly sentence: string | null;
  readonly accountId: string | null;
  readonly at: number | null;
};

type Row = {
  folded: string;
  source: OriginSource;
  byName: string;
  sentence: string | null;
  accountId: string | null;
  at: number | string;
};

/** Where each phrasing of an FAQ comes from; those older than this record are of unknown origin. */
export async function originsOf(
  { db }: Pick<Kit, 'db'>,
  faqId: string,
  phrasings: readonly string[],
): Promise<PhrasingOrigin[]> {
  const rows = await db.read.all<Row>(`SELECT * FROM faq_origin WHERE faqId = ?`, [faqId]);
  const byFold = new Map(rows.map((row) => [row.folded, row]));
  return phrasings.map((text) => {
    const row = byFold.get(foldQuestion(text));
    return {
      text,
      source: row?.source ?? 'unknown',
      by: row?.byName ?? null,
      sentence: row?.sentence ?? null,
      accountId: row?.accountId ?? null,
      at: row ? Number(row.at) : null,
    };
  });
}

/** The sentences behind questions of the learning queue, by their fold. */
export async function sentencesOf(
  tx: Tx,
  missIds: readonly string[],
): Promise<NonNullable<Origin['learned']>> {
  if (missIds.length === 0) return new Map();
  const rows = await select<{ folded: string; sample: string; accountId: string | null }>(
    tx,
    `SELECT m.folded, m.sample, (SELECT MIN(a.accountId) FROM faq_asked a WHERE a.missId = m.id) AS accountId
     FROM faq_miss m WHERE m.id IN (${marksFor(missIds)})`,
    missIds,
  );
  return new Map(
    rows.map(({ folded, sample, accountId }) => [
      folded,
      { source: 'question' as const, sentence: sample, accountId },
    ]),
  );
}
