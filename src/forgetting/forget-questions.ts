import { execute, marksFor, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { cutQuestion, foldQuestion } from '../replies';
import type { Mine } from './data-map';

const atOnce = 100;

/**
 * The learning queue keeps words and not who wrote them. Words that were asked no oftener than this person wrote
 * them are theirs alone and go; what others asked too tells nothing of them.
 */
export async function forgetQuestions(kit: Kit, { identityId }: Mine): Promise<void> {
  const entries = await kit.db.read.all<{ params: string }>(
    `SELECT params FROM timeline_entry WHERE identityId = ? AND kind = 'message-in'`,
    [identityId],
  );
  const said = entries.flatMap(({ params }) => {
    const { text } = JSON.parse(params) as { text?: unknown };
    return typeof text === 'string' && text !== '' ? [text] : [];
  });
  const times = new Map<string, number>();
  for (const folded of said.map(foldQuestion)) times.set(folded, (times.get(folded) ?? 0) + 1);
  const words = [...times.keys()];
  for (let from = 0; from < words.length; from += atOnce) {
    const some = words.slice(from, from + atOnce);
    await kit.db.transact((tx) => forgetSome(tx, some, times));
  }
  const sentences = [...new Set(said.map(cutQuestion))];
  for (let from = 0; from < sentences.length; from += atOnce) {
    const some = sentences.slice(from, from + atOnce);
    await kit.db.transact((tx) =>
      execute(
        tx,
        `UPDATE faq_origin SET sentence = NULL WHERE sentence IN (${marksFor(some)})`,
        some,
      ),
    );
  }
}

async function forgetSome(
  tx: Tx,
  words: readonly string[],
  times: ReadonlyMap<string, number>,
): Promise<void> {
  const isTheirs = (row: { folded: string; n: number }) => row.n <= (times.get(row.folded) ?? 0);
  const marks = marksFor(words);
  const asked = await select<{ id: string; folded: string; n: number }>(
    tx,
    `SELECT id, folded, askedTimes AS n FROM faq_miss WHERE folded IN (${marks})`,
    words,
  );
  const misses = asked.filter(isTheirs).map(({ id }) => id);
  if (misses.length > 0) {
    await execute(tx, `DELETE FROM faq_asked WHERE missId IN (${marksFor(misses)})`, misses);
    await execute(tx, `DELETE FROM faq_miss WHERE id IN (${marksFor(misses)})`, misses);
  }
  const proposed = await select<{ id: string; folded: string; n: number }>(
    tx,
    `SELECT id, folded, times AS n FROM faq_candidate WHERE folded IN (${marks})`,
    words,
  );
  const candidates = proposed.filter(isTheirs).map(({ id }) => id);
  if (candidates.length > 0) {
    await execute(
      tx,
      `DELETE FROM faq_candidate WHERE id IN (${marksFor(candidates)})`,
      candidates,
    );
  }
}
