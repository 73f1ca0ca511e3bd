import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { requireAllAccounts, type Actor } from '../kernel/access';
import type { Scalar } from '../kernel/database';
import { AppError, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import {
  bringBack,
  deleteThing,
  needsReview,
  OPEN_STATES,
  saveChange,
  saveNew,
  type Wish,
} from '../review';
import { faqHealth } from './faq';
import { exampleOperations } from './faq-examples.operations';
import { phrasingOperations } from './faq-phrasings.operations';
import { importFaqs } from './import-faqs';
import { learningOperations } from './learning.operations';
import { faqContent, faqLife } from './life/faq-life';
import { faqLifeOperations } from './life/faq-life.operations';
import type { Replies } from './open-replies';
import { presentFaqs, type BareFaq } from './present-faq';
import { faqChangeBody, FaqView, newFaqBody, type FaqBody } from './reply-rule.schema';

const maxImportBytes = 50 * 1_024 * 1_024;
const ndjson = 'application/x-ndjson';
/** A large shop learns for minutes; nobody waits longer than this, and it goes on in the background. */
const longestImportWaitMs = 120_000;

const byId = z.object({ id: z.string().max(64) });

/** What becomes of it: at once where nobody has to read it first. */
function wishOf(kit: Kit, actor: Actor, { status, asDraft }: FaqBody): Wish {
  if (asDraft === true) return 'draft';
  if (status === 'draft') return 'stop';
  return needsReview(kit, actor) ? 'review' : 'live';
}

export function faqOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  const life = faqLife(kit);
  const show = async (id: string, locale: Locale) => {
    const row = await life.find(id);
    const [shown] = row ? await presentFaqs(kit, [row], locale) : [];
    if (!shown) throw new NotFound();
    return shown;
  };

  const save = async (
    { actor, locale }: { actor: Actor; locale: Locale },
    body: FaqBody & { version?: number | undefined },
    changed?: string,
  ) => {
    requireAllAccounts(actor);
    const row = changed === undefined ? undefined : await life.find(changed);
    if (changed !== undefined && !row) throw new NotFound();
    const wish = wishOf(kit, actor, body);
    const content = faqContent(body, body.learnedFrom);
    if (wish === 'live' || wish === 'review') life.refuse(content);
    const id = row?.id ?? kit.newId();
    await kit.db.transact((tx) =>
      row
        ? saveChange(tx, { kit, life, actor, row }, { content, wish, seen: body.version })
        : saveNew(tx, { kit, life, actor }, { id, content, wish }),
    );
    // What waits for review, or is a draft, changes nothing that is answered.
    if (wish === 'live' || wish === 'stop') await replies.faqsAreLive();
    return show(id, locale);
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/faqs',
        permission: 'replies.read',
        summary: 'Questions and answers, last changed first',
        query: pageQuery.extend({
          q: z.string().trim().min(1).max(64).optional(),
          status: z.enum(['draft', 'published']).optional(),
          state: z
            .enum(OPEN_STATES)
            .optional()
            .describe(
              'Questions with a draft that stands here, such as those that wait for review',
            ),
        }),
        response: pageOf(FaqView),
      },
      async ({ query, locale }) => {
        const parts = ['1 = 1'];
        const params: Scalar[] = [];
        if (query.q !== undefined) {
          parts.push(`(INSTR(question, ?) > 0 OR INSTR(answer, ?) > 0 OR EXISTS (
            SELECT 1 FROM faq_phrasing p WHERE p.faqId = faq.id AND INSTR(p.phrasing, ?) > 0))`);
          params.push(query.q, query.q, query.q);
        }
        if (query.status) {
          parts.push('status = ?');
          params.push(query.status);
        }
        if (query.state) {
          parts.push(
            `id IN (SELECT targetId FROM answer_version WHERE kind = 'faq' AND state = ?)`,
          );
          params.push(query.state);
        }
        if (query.cursor) {
          const [at = 0, id = ''] = decodeCursor(query.cursor, ['number', 'string']);
          parts.push('(updatedAt < ? OR (updatedAt = ? AND id < ?))');
          params.push(at, at, id);
        }
        const rows = await kit.db.read.all<BareFaq>(
          `SELECT * FROM faq WHERE ${parts.join(' AND ')}
           ORDER BY updatedAt DESC, id DESC LIMIT ${query.limit + 1}`,
          params,
        );
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.updatedAt, row.id],
          (row) => row,
        );
        return { ...page, items: await presentFaqs(kit, page.items, locale) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/faqs',
        permission: 'replies.edit',
        summary:
          'Add a question with its answer; it is answered when this returns, or waits where a review is required',
        body: newFaqBody,
        response: FaqView,
        status: 201,
      },
      ({ actor, body, locale }) => save({ actor, locale }, body),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/faqs/import',
        permission: 'replies.edit',
        summary:
          'Import lines of {"id","question","similar","answer"}; answered when they are live; nothing is deleted',
        rawBody: { contentType: ndjson, maxBytes: maxImportBytes },
        response: z.object({
          imported: z.number(),
          updated: z.number(),
          waiting: z.number().describe('Of both: those that a reviewer reads before they answer'),
          rejected: z.array(z.object({ line: z.number(), code: z.string(), reason: z.string() })),
          rejectedTotal: z.number(),
          asWritten: z
            .array(z.number())
            .describe(
              'Lines whose answer looks like a template and names no variable: it is said as it is written',
            ),
          live: z.boolean().describe('False when a very large shop still learns in the background'),
        }),
      },
      async ({ actor, ctx, locale }) => {
        requireAllAccounts(actor);
        if (!ctx.is(ndjson, 'application/ndjson', 'application/jsonl')) {
          throw new AppError(415, 'ndjson_expected');
        }
        if (ctx.request.length > maxImportBytes) {
          throw new AppError(413, 'body_too_large', { maxBytes: maxImportBytes });
        }
        const done = await replies.holdFaqs(() => importFaqs(kit, actor, ctx.req, maxImportBytes));
        const live = await replies.faqsAreLive(longestImportWaitMs);
        return {
          ...done,
          live,
          rejected: done.rejected.map(({ line, code }) => ({
            line,
            code,
            reason: text(locale, `reply.import.${code}`),
          })),
        };
      },
    ),
    ...learningOperations(kit, replies),
    ...exampleOperations(kit, replies),
    ...phrasingOperations(kit, accounts, replies),
    operation(
      {
        method: 'GET',
        path: '/api/v1/faqs/health',
        permission: 'replies.read',
        summary: 'How sure the shop may be of its answers, and what to mend',
        response: z.object({
          threshold: z.number(),
          isLearned: z.boolean(),
          faqs: z.number(),
          phrasings: z.number(),
          positives: z.number(),
          warnings: z.array(z.looseObject({ code: z.string(), text: z.string() })),
        }),
      },
      ({ locale }) => {
        const { book } = replies;
        const health = faqHealth(book.faqIndex);
        const questionOf = (id: string) => book.faqs.get(id)?.question ?? id;
        return Promise.resolve({
          ...health,
          warnings: health.warnings.slice(0, 200).map((warning) => ({
            ...warning,
            text: text(locale, `reply.health.${warning.code}`, {
              ...warning,
              ...('faqId' in warning ? { question: questionOf(warning.faqId) } : {}),
              ...('otherFaqId' in warning ? { other: questionOf(warning.otherFaqId) } : {}),
              ...('faqIds' in warning
                ? { questions: warning.faqIds.map(questionOf).join(' / ') }
                : {}),
            }),
          })),
        });
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/faqs/{id}',
        permission: 'replies.read',
        summary: 'One question with its answer',
        params: byId,
        response: FaqView,
      },
      ({ params, locale }) => show(params.id, locale),
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/faqs/{id}',
        permission: 'replies.edit',
        summary:
          'Change a question; the change is live when this returns, or waits beside what answers where a review is required',
        params: byId,
        body: faqChangeBody,
        response: FaqView,
      },
      ({ actor, params, body, locale }) => save({ actor, locale }, body, params.id),
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/faqs/{id}',
        permission: 'replies.edit',
        summary: 'Delete a question; its versions stay, and `restore` brings it back',
        params: byId,
        query: z.object({ version: z.coerce.number().int().min(0).optional() }),
      },
      async ({ actor, params, query }) => {
        requireAllAccounts(actor);
        const row = await life.find(params.id);
        if (!row) throw new NotFound();
        await deleteThing({ kit, life, actor, row }, query.version);
        await replies.faqsAreLive();
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/faqs/{id}/restore',
        permission: 'replies.edit',
        summary: 'Bring a deleted question back as a draft, with its history',
        params: byId,
        response: FaqView,
      },
      async ({ actor, params, locale }) => {
        await bringBack({ kit, life, actor }, params.id, () => requireAllAccounts(actor));
        return show(params.id, locale);
      },
    ),
    ...faqLifeOperations(kit, replies),
  ];
}
