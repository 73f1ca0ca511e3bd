import { z } from 'zod';
import { recordChange } from '../kernel/access';
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
import { askFaq } from './faq';
import type { Replies } from './open-replies';
import { iso } from './reply-rule.operations';

type Row = { id: string; sample: string; askedTimes: number; lastAt: number };

const LearningView = z.object({
  id: z.string(),
  text: z.string(),
  count: z.number(),
  lastAt: z.string(),
  nearest: z.object({ faqId: z.string(), question: z.string(), score: z.number() }).nullable(),
});

/** Questions that nobody has written an answer to yet. */
export function learningOperations(kit: Kit, replies: Replies): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/faqs/learning',
        permission: 'replies.read',
        summary:
          'Questions without an answer, the most frequent first; those answered by now are left out',
        query: pageQuery,
        response: pageOf(LearningView),
      },
      async ({ query }) => {
        await replies.tally.flush();
        const { book } = replies;
        const items: z.output<typeof LearningView>[] = [];
        let after = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        for (;;) {
          const [times = 0, id = ''] = after ?? [];
          const rows = await kit.db.read.all<Row>(
            `SELECT id, sample, askedTimes, lastAt FROM faq_miss WHERE state = 'open'
             ${after ? 'AND (askedTimes < ? OR (askedTimes = ? AND id < ?))' : ''}
             ORDER BY askedTimes DESC, id DESC LIMIT ${query.limit + 1}`,
            after ? [times, times, id] : [],
          );
          for (const row of rows) {
            if (items.length === query.limit) {
              return { items, nextCursor: after ? encodeCursor(after) : null };
            }
            after = [row.askedTimes, row.id];
            const asked = askFaq(book.faqIndex, row.sample);
            if (asked.band === 'answer') continue;
            const [nearest] = asked.ranked;
            items.push({
              id: row.id,
              text: row.sample,
              count: row.askedTimes,
              lastAt: iso(row.lastAt) ?? '',
              nearest: nearest
                ? {
                    faqId: nearest.id,
                    question: book.faqs.get(nearest.id)?.question ?? '',
                    score: nearest.score,
                  }
                : null,
            });
          }
          if (rows.length <= query.limit) return { items, nextCursor: null };
        }
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/faqs/learning/{id}',
        permission: 'replies.edit',
        summary: 'Ignore an unanswered question from now on',
        params: z.object({ id: z.string().max(26) }),
      },
      async ({ actor, params }) => {
        await kit.db.transact(async (tx) => {
          const changed = await execute(
            tx,
            `UPDATE faq_miss SET state = 'ignored' WHERE id = ? AND state = 'open'`,
            [params.id],
          );
          if (changed === 0) throw new NotFound();
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'faq-miss.ignored',
            targetKind: 'faq-miss',
            targetId: params.id,
          });
        });
      },
    ),
  ];
}
