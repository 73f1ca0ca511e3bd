import { z } from 'zod';
import { recordChange, requireAllAccounts } from '../kernel/access';
import { execute, insertOnce, select } from '../kernel/database';
import { AppError, InvalidInput, NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { tryDraft } from './faq-effect';
import { mostExamples, runExamples } from './faq-examples';
import { foldQuestion } from './fold-question';
import type { Replies } from './open-replies';
import { faqText } from './reply-rule.schema';

const path = '/api/v1/faqs/examples';
const byId = z.object({ id: z.string().max(26) });
const OutcomeView = z.object({
  id: z.string(),
  question: z.string(),
  faqId: z.string().nullable(),
  expected: z
    .string()
    .nullable()
    .describe('The question of the FAQ that must answer; null: none may'),
  got: z.string().nullable(),
  isKept: z.boolean(),
});

/** Questions whose answers must stay as they are, and what a draft would change. */
export function exampleOperations(kit: Kit, replies: Replies): Operation[] {
  const run = () => runExamples(kit, replies.book);
  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary: `Kept questions, asked of the FAQs as they are live; at most ${mostExamples}`,
        response: z.object({
          total: z.number(),
          broken: z.number(),
          items: z.array(OutcomeView),
        }),
      },
      async () => {
        const items = await run();
        return { total: items.length, broken: items.filter((one) => !one.isKept).length, items };
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'replies.edit',
        summary: 'Keep a question with the FAQ that must answer it; without one, no FAQ may',
        body: z.strictObject({ question: faqText, faqId: z.string().max(64).nullable() }),
        response: OutcomeView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAllAccounts(actor);
        const folded = foldQuestion(body.question);
        if (folded === '' || (body.faqId !== null && !replies.book.faqs.has(body.faqId))) {
          const at = folded === '' ? 'question' : 'faqId';
          throw new InvalidInput('input_invalid', { errors: [{ path: at, code: 'unknown' }] });
        }
        const row = {
          id: kit.newId(),
          folded,
          question: body.question,
          faqId: body.faqId,
          byName: actor.name.slice(0, 120),
          createdAt: kit.clock.business(),
        };
        await kit.db.transact(async (tx) => {
          const [known] = await select<{ n: number | string }>(
            tx,
            `SELECT COUNT(*) AS n FROM faq_example`,
          );
          if (Number(known?.n) >= mostExamples) {
            throw new AppError(409, 'faq_examples_full', { most: mostExamples });
          }
          await execute(tx, `DELETE FROM faq_example WHERE folded = ?`, [folded]);
          await insertOnce(tx, 'faq_example', row, ['folded']);
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'faq-example.kept',
            targetKind: 'faq-example',
            targetId: row.id,
            after: { question: row.question, faqId: row.faqId },
          });
        });
        const made = (await run()).find(({ id }) => id === row.id);
        if (!made) throw new NotFound();
        return made;
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: `${path}/{id}`,
        permission: 'replies.edit',
        summary: 'Keep a question no longer',
        params: byId,
      },
      async ({ actor, params }) => {
        requireAllAccounts(actor);
        await kit.db.transact(async (tx) => {
          const gone = await execute(tx, `DELETE FROM faq_example WHERE id = ?`, [params.id]);
          if (gone === 0) throw new NotFound();
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'faq-example.dropped',
            targetKind: 'faq-example',
            targetId: params.id,
          });
        });
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/faqs/effect',
        permission: 'replies.edit',
        summary:
          'What a draft would change: the sentences it is for, what people said last, and the kept questions. Writes nothing',
        body: z.strictObject({
          faqId: z.string().max(64).optional(),
          question: faqText,
          similar: z.array(faqText).max(200).default([]),
          answer: z.string().max(15_000).default(''),
          sentences: z.array(z.string().max(500)).max(200).default([]),
        }),
        response: z.object({
          own: z.object({ total: z.number(), answered: z.number(), offered: z.number() }),
          recent: z.object({
            total: z.number(),
            gained: z.number(),
            changed: z.number(),
            changes: z.array(
              z.object({
                text: z.string(),
                before: z.string().nullable(),
                after: z.string().nullable(),
              }),
            ),
          }),
          examples: z.object({
            total: z.number(),
            changed: z.number(),
            broken: z.array(OutcomeView),
          }),
          isSample: z.boolean(),
        }),
      },
      async ({ actor, body }) => {
        requireAllAccounts(actor);
        const { sentences, ...draft } = body;
        const { own, recent, examples, isSample } = await tryDraft(kit, replies, draft, sentences);
        return {
          own,
          recent: {
            total: recent.total,
            gained: recent.gained,
            changed: recent.changes.length,
            changes: recent.changes.slice(0, 20),
          },
          examples: {
            total: examples.total,
            changed: examples.broken.length,
            broken: examples.broken.slice(0, 20),
          },
          isSample,
        };
      },
    ),
  ];
}
