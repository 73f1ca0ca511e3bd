import { execute, insertRows, marksFor, select, type Scalar, type Tx } from '../kernel/database';
import { forgetOrigins, noteOrigins, type Origin } from './faq-origins';

/** A question as it is stored: what the console, an import and the templates folder all come down to. */
export type FaqRecord = {
  readonly id: string;
  readonly question: string;
  readonly similar: readonly string[];
  readonly answer: string;
  readonly status: 'draft' | 'published';
};

export type FaqRow = FaqRecord & { readonly createdAt: number; readonly updatedAt: number };
type Read = <T>(sql: string, params: readonly Scalar[]) => Promise<T[]>;

/** FAQs as they are now, by id. */
export async function readFaqs(read: Read, ids: readonly string[]): Promise<Map<string, FaqRow>> {
  if (ids.length === 0) return new Map();
  const rows = await read<Omit<FaqRow, 'similar'>>(
    `SELECT * FROM faq WHERE id IN (${marksFor(ids)})`,
    ids,
  );
  const phrasings = await read<{ faqId: string; phrasing: string }>(
    `SELECT faqId, phrasing FROM faq_phrasing WHERE faqId IN (${marksFor(ids)}) ORDER BY faqId, place`,
    ids,
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        similar: phrasings.filter(({ faqId }) => faqId === row.id).map(({ phrasing }) => phrasing),
      },
    ]),
  );
}

export const isSameFaq = (one: FaqRecord, other: FaqRecord): boolean =>
  one.question === other.question &&
  one.answer === other.answer &&
  one.status === other.status &&
  one.similar.length === other.similar.length &&
  one.similar.every((phrasing, place) => phrasing === other.similar[place]);

export type Saved = {
  readonly added: FaqRecord[];
  readonly changed: FaqRecord[];
  /** Those of them that were there. */
  readonly before: ReadonlyMap<string, FaqRow>;
};

/** Writes what is new or different and leaves the rest alone. No id may come twice. */
export async function saveFaqs(
  tx: Tx,
  faqs: readonly FaqRecord[],
  now: number,
  origin: Origin,
): Promise<Saved> {
  const before = await readFaqs(
    (sql, params) => select(tx, sql, params),
    faqs.map(({ id }) => id),
  );
  const added = faqs.filter(({ id }) => !before.has(id));
  const changed = faqs.filter((faq) => {
    const old = before.get(faq.id);
    return old !== undefined && !isSameFaq(old, faq);
  });
  const written = [...added, ...changed];
  const rows = written.map(({ id, question, answer, status }) => ({
    id,
    question,
    answer,
    status,
    createdAt: now,
    updatedAt: now,
  }));
  await insertRows(tx, 'faq', rows, {
    onConflict: ['id'],
    update: ['question', 'answer', 'status', 'updatedAt'],
  });
  if (changed.length > 0) {
    const ids = changed.map(({ id }) => id);
    await execute(tx, `DELETE FROM faq_phrasing WHERE faqId IN (${marksFor(ids)})`, ids);
  }
  const phrasings = written.flatMap(({ id, similar }) =>
    similar.map((phrasing, place) => ({
      faqId: id,
      place: String(place).padStart(4, '0'),
      phrasing,
    })),
  );
  // Two imports at once may both find an FAQ new; the later one's phrasings win place by place.
  await insertRows(tx, 'faq_phrasing', phrasings, {
    onConflict: ['faqId', 'place'],
    update: ['phrasing'],
  });
  const fresh = written.flatMap(({ id, similar }) => {
    const old = new Set(before.get(id)?.similar);
    return similar.filter((one) => !old.has(one)).map((phrasing) => ({ faqId: id, phrasing }));
  });
  const gone = changed.flatMap(({ id, similar }) => {
    const left = new Set(similar);
    const lost = before.get(id)?.similar.filter((one) => !left.has(one)) ?? [];
    return lost.map((phrasing) => ({ faqId: id, phrasing }));
  });
  await forgetOrigins(tx, gone);
  await noteOrigins(tx, fresh, origin, now);
  return { added, changed, before };
}

export async function deleteFaq(tx: Tx, id: string): Promise<void> {
  await execute(tx, `DELETE FROM faq_phrasing WHERE faqId = ?`, [id]);
  await execute(tx, `DELETE FROM faq_origin WHERE faqId = ?`, [id]);
  await execute(tx, `DELETE FROM faq_candidate WHERE faqId = ?`, [id]);
  await execute(tx, `DELETE FROM faq WHERE id = ?`, [id]);
}
