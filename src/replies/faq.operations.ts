import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { recordChange, requireAllAccounts, type Actor } from '../kernel/access';
import { execute, marksFor, type Scalar, type Tx } from '../kernel/database';
import { AppError, InvalidInput, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { text } from '../kernel/text';
import { unsaidFaqAnswer } from './answers/faq-template';
import { faqHealth } from './faq';
import { importFaqs } from './import-faqs';
import { exampleOperations } from './faq-examples.operations';
import { sentencesOf } from './faq-origins';
import { phrasingOperations } from './faq-phrasings.operations';
import { learningOperations } from './learning.operations';
import type { Replies } from './open-replies';
import { hitsOf } from './reply-hits';
import { iso } from './reply-rule.operations';
import { faqBody, FaqView, type FaqBody } from './reply-rule.schema';
import { deleteFaq, readFaqs, saveFaqs, type FaqRecord } from './save-faq';

const maxImportBytes = 50 * 1_024 * 1_024;
const ndjson = 'application/x-ndjson';
/** A large shop learns for minutes; nobody waits longer than this, and it goes on in the background. */
const longestImportWaitMs = 120_000;

const byId = z.object({ id: z.string().max(64) });

type Row = {
  id: string;
  question: string;
  answer: string;
  status: FaqRecord['status'];
  createdAt: number;
  updatedAt: number;
};

function refuseUnsaidFaq({ settings, clock }: Kit, answer: string): void {
  const code = unsaidFaqAnswer(answer, settings.orgZone, clock.business());
  if (code) throw new InvalidInput('input_invalid', { errors: [{ path: 'answer', code }] });
}

export function faqOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  const presentAll = async (rows: readonly Row[]) => {
    const ids = rows.map(({ id }) => id);
    const hits = await hitsOf(kit, 'faq', ids);
    const phrasings =
      ids.length === 0
        ? []
        : await kit.db.read.all<{ faqId: string; phrasing: string }>(
            `SELECT faqId, phrasing FROM faq_phrasing WHERE faqId IN (${marksFor(ids)}) ORDER BY faqId, place`,
            ids,
          );
    return rows.map((row) => ({
      ...row,
      similar: phrasings.filter(({ faqId }) => faqId === row.id).map(({ phrasing }) => phrasing),
      hits30d: hits.get(row.id) ?? 0,
      createdAt: iso(row.createdAt),
      updatedAt: iso(row.updatedAt),
    }));
  };
  const show = async (id: string) => {
    const rows = await kit.db.read.all<Row>(`SELECT * FROM faq WHERE id = ?`, [id]);
    const [shown] = await presentAll(rows);
    if (!shown) throw new NotFound();
    return shown;
  };
  const recorded = (
    tx: Tx,
    actor: Actor,
    action: string,
    id: string,
    before: unknown,
    after: unknown,
  ) =>
    recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action,
      targetKind: 'faq',
      targetId: id,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });

  const save = async (actor: Actor, id: string, body: FaqBody, isNew: boolean) => {
    requireAllAccounts(actor);
    const { learnedFrom = [], ...facts } = body;
    if (facts.status === 'published') refuseUnsaidFaq(kit, facts.answer);
    const faq: FaqRecord = { ...facts, id, similar: [...new Set(facts.similar)] };
    await kit.db.transact(async (tx) => {
      const before = (await readFaqs(tx, [id])).get(id);
      if (!isNew && !before) throw new NotFound();
      const learned = await sentencesOf(tx, learnedFrom);
      await saveFaqs(tx, [faq], kit.clock.business(), {
        newId: kit.newId,
        source: 'operator',
        byName: actor.name,
        learned,
      });
      if (learnedFrom.length > 0) {
        await execute(
          tx,
          `UPDATE faq_miss SET state = 'learned' WHERE id IN (${marksFor(learnedFrom)})`,
          learnedFrom,
        );
      }
      await kit.versions.bump(tx, 'faqs');
      await recorded(tx, actor, isNew ? 'faq.created' : 'faq.changed', id, before, faq);
    });
    await replies.faqsAreLive();
    return show(id);
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
        }),
        response: pageOf(FaqView),
      },
      async ({ query }) => {
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
        if (query.cursor) {
          const [at = 0, id = ''] = decodeCursor(query.cursor, ['number', 'string']);
          parts.push('(updatedAt < ? OR (updatedAt = ? AND id < ?))');
          params.push(at, at, id);
        }
        const rows = await kit.db.read.all<Row>(
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
        return { ...page, items: await presentAll(page.items) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/faqs',
        permission: 'replies.edit',
        summary: 'Add a question with its answer; it is answered when this returns',
        body: faqBody,
        response: FaqView,
        status: 201,
      },
      ({ actor, body }) => save(actor, kit.newId(), body, true),
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
          rejected: z.array(z.object({ line: z.number(), code: z.string(), reason: z.string() })),
          rejectedTotal: z.number(),
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
      ({ params }) => show(params.id),
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/faqs/{id}',
        permission: 'replies.edit',
        summary: 'Change a question; the change is live when this returns',
        params: byId,
        body: faqBody,
        response: FaqView,
      },
      ({ actor, params, body }) => save(actor, params.id, body, false),
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/faqs/{id}',
        permission: 'replies.edit',
        summary: 'Delete a question',
        params: byId,
      },
      async ({ actor, params }) => {
        requireAllAccounts(actor);
        await kit.db.transact(async (tx) => {
          const before = (await readFaqs(tx, [params.id])).get(params.id);
          if (!before || !(await deleteFaq(tx, params.id))) throw new NotFound();
          await kit.versions.bump(tx, 'faqs');
          await recorded(tx, actor, 'faq.deleted', params.id, before, undefined);
        });
        await replies.faqsAreLive();
      },
    ),
  ];
}
