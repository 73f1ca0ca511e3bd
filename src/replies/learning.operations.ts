import { z } from 'zod';
import { recordChange, requireAllAccounts, type Actor } from '../kernel/access';
import { execute } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  encodeCursor,
  operation,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Miss, Place } from './open-questions';
import type { Replies } from './open-replies';
import { iso } from './reply-rule.operations';

const path = '/api/v1/faqs/learning';
const byId = z.object({ id: z.string().max(26) });

const LearningView = z.object({
  id: z.string(),
  text: z.string(),
  count: z.number(),
  lastAt: z.string(),
  nearest: z.object({ faqId: z.string(), question: z.string(), score: z.number() }).nullable(),
});

/** Questions that nobody has written an answer to yet, and those somebody decided to ignore. */
export function learningOperations(kit: Kit, replies: Replies): Operation[] {
  const questions = replies.openQuestions;
  const present = (row: Miss, nearest?: { id: string; score: number }) => ({
    id: row.id,
    text: row.sample,
    count: row.askedTimes,
    lastAt: iso(row.lastAt) ?? '',
    nearest: nearest
      ? {
          faqId: nearest.id,
          question: replies.book.faqs.get(nearest.id)?.question ?? '',
          score: nearest.score,
        }
      : null,
  });
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary:
          'Questions without an answer, the most frequent first; those answered by now are left out. `total` on the first page',
        query: pageQuery.extend({ state: z.enum(['open', 'ignored']).default('open') }),
        response: pageOf(LearningView).extend({ total: z.number().optional() }),
      },
      async ({ actor, query: { limit, cursor, state } }) => {
        requireAllAccounts(actor);
        const from = cursor
          ? (decodeCursor(cursor, ['number', 'string']) as unknown as Place)
          : undefined;
        if (state === 'ignored') {
          const rows = await questions.rows('ignored', limit + 1, from);
          const shown = rows.slice(0, limit);
          const last = shown.at(-1);
          const isMore = rows.length > limit && last !== undefined;
          return {
            items: shown.map((row) => present(row)),
            nextCursor: isMore ? encodeCursor([last.askedTimes, last.id]) : null,
            ...(from ? {} : { total: await questions.countIgnored() }),
          };
        }
        const { items, next } = await questions.page(limit, from);
        return {
          items: items.map(({ nearest, ...row }) => present(row, nearest)),
          nextCursor: next ? encodeCursor([...next]) : null,
          ...(from ? {} : { total: await questions.count() }),
        };
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: `${path}/{id}`,
        permission: 'replies.edit',
        summary: 'Ignore an unanswered question from now on',
        params: byId,
      },
      ({ actor, params }) => decide(kit, actor, params.id, 'open', 'ignored'),
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/{id}/restore`,
        permission: 'replies.edit',
        summary: 'Take an ignored question up again',
        params: byId,
      },
      ({ actor, params }) => decide(kit, actor, params.id, 'ignored', 'open'),
    ),
  ];
}

async function decide(
  kit: Kit,
  actor: Actor,
  id: string,
  from: 'open' | 'ignored',
  to: 'open' | 'ignored',
): Promise<undefined> {
  requireAllAccounts(actor);
  await kit.db.transact(async (tx) => {
    const changed = await execute(tx, `UPDATE faq_miss SET state = ? WHERE id = ? AND state = ?`, [
      to,
      id,
      from,
    ]);
    if (changed === 0) throw new NotFound();
    await recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: to === 'ignored' ? 'faq-miss.ignored' : 'faq-miss.restored',
      targetKind: 'faq-miss',
      targetId: id,
    });
  });
  return undefined;
}
