import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { recordChange, requireAllAccounts, type Actor } from '../kernel/access';
import { execute, insertRows, marksFor, type Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { acceptPhrasing } from './accept-phrasing';
import type { CandidateSource } from './faq-learning.entity';
import { originsOf } from './faq-origins';
import type { Replies } from './open-replies';
import { accountIdOf, iso, maySee } from './rule-access';

const byId = z.object({ id: z.string().max(64) });
const candidates = '/api/v1/faqs/candidates';
const feedback = '/api/v1/faqs/feedback';

type Row = {
  id: string;
  faqId: string;
  folded: string;
  phrasing: string;
  accountId: string;
  source: CandidateSource;
  times: number;
  lastAt: number | string;
};

/** Where phrasings come from, those a reviewer may accept, and whether followers are asked for more. */
export function phrasingOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  const nameOf = (id: string | null) => (id === null ? null : (accounts.find(id)?.name ?? null));
  const recorded = (tx: Tx, actor: Actor, action: string, id: string, after?: unknown) =>
    recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action,
      targetKind: 'faq',
      targetId: id,
      ...(after === undefined ? {} : { after }),
    });

  const open = async (id: string): Promise<Row> => {
    const [row] = await kit.db.read.all<Row>(
      `SELECT * FROM faq_candidate WHERE id = ? AND state = 'open'`,
      [id],
    );
    if (!row) throw new NotFound();
    return row;
  };

  return [
    operation(
      {
        method: 'GET',
        path: candidates,
        permission: 'replies.read',
        summary:
          'Sentences of followers that are likely phrasings: picked from three, or answered with help; the most frequent first',
        query: pageQuery.extend({ faqId: z.string().max(64).optional() }),
        response: pageOf(
          z.object({
            id: z.string(),
            faqId: z.string(),
            question: z.string(),
            phrasing: z.string(),
            source: z.enum(['pick', 'helpful']),
            times: z.number(),
            account: z.string().nullable(),
            lastAt: z.string(),
          }),
        ),
      },
      async ({ actor, query }) => {
        await replies.tally.flush();
        const parts = [`state = 'open'`];
        const params: (string | number)[] = [];
        if (actor.accountIds !== 'all') {
          const ids = actor.accountIds;
          parts.push(ids.length === 0 ? '1 = 0' : `accountId IN (${marksFor(ids)})`);
          params.push(...ids);
        }
        if (query.faqId !== undefined) {
          parts.push('faqId = ?');
          params.push(query.faqId);
        }
        if (query.cursor) {
          const [times = 0, id = ''] = decodeCursor(query.cursor, ['number', 'string']);
          parts.push('(times < ? OR (times = ? AND id < ?))');
          params.push(times, times, id);
        }
        const rows = await kit.db.read.all<Row>(
          `SELECT * FROM faq_candidate WHERE ${parts.join(' AND ')}
           ORDER BY times DESC, id DESC LIMIT ${query.limit + 1}`,
          params,
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.times, row.id],
          (row) => ({
            id: row.id,
            faqId: row.faqId,
            question: replies.book.faqs.get(row.faqId)?.question ?? '',
            phrasing: row.phrasing,
            source: row.source,
            times: row.times,
            account: nameOf(row.accountId),
            lastAt: iso(Number(row.lastAt)) ?? '',
          }),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${candidates}/{id}/accept`,
        permission: 'replies.edit',
        summary: 'Make a sentence a phrasing of its FAQ; it works when this returns',
        params: byId,
      },
      async ({ actor, params }) => {
        requireAllAccounts(actor);
        const sentence = await open(params.id);
        const { faqId, phrasing, source } = sentence;
        await kit.db.transact(async (tx) => {
          await execute(tx, `UPDATE faq_candidate SET state = 'accepted' WHERE id = ?`, [
            params.id,
          ]);
          await acceptPhrasing(tx, kit, actor, sentence);
          await recorded(tx, actor, 'faq.phrasing-accepted', faqId, { phrasing, source });
        });
        await replies.faqsAreLive();
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: `${candidates}/{id}`,
        permission: 'replies.edit',
        summary: 'Do not make a sentence a phrasing, and do not offer it again',
        params: byId,
      },
      async ({ actor, params }) => {
        requireAllAccounts(actor);
        const { faqId, phrasing } = await open(params.id);
        await kit.db.transact(async (tx) => {
          await execute(tx, `UPDATE faq_candidate SET state = 'dismissed' WHERE id = ?`, [
            params.id,
          ]);
          await recorded(tx, actor, 'faq.phrasing-dismissed', faqId, { phrasing });
        });
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/faqs/{id}/phrasings',
        permission: 'replies.read',
        summary: 'The phrasings of an FAQ and where each comes from',
        params: byId,
        response: z.object({
          items: z.array(
            z.object({
              text: z.string(),
              source: z.string(),
              by: z.string().nullable(),
              sentence: z.string().nullable(),
              account: z.string().nullable(),
              at: z.string().nullable(),
            }),
          ),
        }),
      },
      async ({ actor, params }) => {
        const rows = await kit.db.read.all<{ phrasing: string }>(
          `SELECT phrasing FROM faq_phrasing WHERE faqId = ? ORDER BY place`,
          [params.id],
        );
        const origins = await originsOf(
          kit,
          params.id,
          rows.map(({ phrasing }) => phrasing),
        );
        return {
          items: origins.map(({ accountId, at, sentence, ...origin }) => ({
            ...origin,
            // The words of a follower are for who may see their account.
            ...(maySee(actor, accountId)
              ? { sentence, account: nameOf(accountId) }
              : { sentence: null, account: null }),
            at: iso(at),
          })),
        };
      },
    ),
    operation(
      {
        method: 'GET',
        path: feedback,
        permission: 'replies.read',
        summary: 'Which accounts ask whether an answer helped',
        response: z.object({
          items: z.array(z.object({ appId: z.string(), name: z.string(), isOn: z.boolean() })),
        }),
      },
      ({ actor }) => {
        const { accountIds } = actor;
        const items = accounts
          .all()
          .filter(({ kind, id }) => {
            const isVisible = accountIds === 'all' || accountIds.includes(id);
            return kind === 'official-account' && isVisible;
          })
          .map(({ id, platformId, name }) => ({
            appId: platformId,
            name,
            isOn: replies.book.judging?.has(id) === true,
          }));
        return Promise.resolve({ items });
      },
    ),
    operation(
      {
        method: 'PUT',
        path: feedback,
        permission: 'replies.edit',
        summary: 'Ask followers of an account, or do not ask, whether an FAQ answer helped',
        body: z.strictObject({ appId: z.string().max(64), isOn: z.boolean() }),
      },
      async ({ actor, body }) => {
        const accountId = accountIdOf(accounts, actor, body.appId);
        await kit.db.transact(async (tx) => {
          await insertRows(
            tx,
            'faq_feedback',
            [{ accountId, isOn: body.isOn ? 1 : 0, changedAt: kit.clock.business() }],
            { onConflict: ['accountId'], update: ['isOn', 'changedAt'] },
          );
          await kit.versions.bump(tx, 'replies');
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'faq-feedback.changed',
            targetKind: 'account',
            targetId: accountId,
            after: { isOn: body.isOn },
          });
        });
        await kit.versions.check(true);
      },
    ),
  ];
}
