import { DateTime } from 'luxon';
import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { requireAccount, requireAllAccounts, type Actor } from '../kernel/access';
import { marksFor, type Scalar } from '../kernel/database';
import { InvalidInput } from '../kernel/errors';
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
import type { Actions } from './actions';
import type { Conditions } from './matching';
import type { Replies } from './open-replies';
import { hitsOf } from './reply-hits';
import { ruleBody, RuleView, type RuleBody } from './reply-rule.schema';
import { noSegments, type SegmentsOfRules } from './segments-of-rules';
import { deleteRule, findRuleFor, saveRule, type RuleRow } from './save-rule';

const byId = z.object({ id: z.string().max(26) });
const listQuery = pageQuery.extend({
  appId: z.string().max(64).optional(),
  status: z.enum(['draft', 'published']).optional(),
});

export const iso = (at: number | null): string | null =>
  at === null ? null : DateTime.fromMillis(at).toUTC().toISO();

/** The account an API call names by appId; one that the actor may not see is not known. */
export function accountIdOf(
  accounts: AccountBook,
  actor: Actor,
  appId: string,
  path = 'appId',
): string {
  const account = accounts.findByPlatformId('official-account', appId);
  const errors = [{ path, code: 'account_unknown' }];
  if (!account) throw new InvalidInput('input_invalid', { errors });
  if (actor.accountIds !== 'all' && !actor.accountIds.includes(account.id)) {
    throw new InvalidInput('input_invalid', { errors });
  }
  return account.id;
}

/** A segment that is not there would silence the rule for everybody. */
async function refuseUnknownSegments(segments: SegmentsOfRules, { when }: RuleBody): Promise<void> {
  const ids = when?.segmentIds ?? [];
  const known = await segments.namesOf(ids);
  const errors = ids.flatMap((id, place) =>
    known.has(id) ? [] : [{ path: `when.segmentIds.${place}`, code: 'segment_unknown' }],
  );
  if (errors.length > 0) throw new InvalidInput('input_invalid', { errors });
}

export function ruleOperations(
  kit: Kit,
  accounts: AccountBook,
  replies: Replies,
  segments: SegmentsOfRules = noSegments,
): Operation[] {
  const presentAll = async (rows: readonly RuleRow[], locale: Locale) => {
    const hits = await hitsOf(
      kit,
      'rule',
      rows.map(({ id }) => id),
    );
    const conflicts = replies.conflicts();
    const names = new Map(replies.book.rules.rules.map(({ rule }) => [rule.id, rule.name]));
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      match: row.matchKind,
      keywords: JSON.parse(row.keywords) as string[],
      priority: row.priority,
      appId: row.accountId === null ? null : (accounts.find(row.accountId)?.platformId ?? null),
      answer: JSON.parse(row.answer) as Record<string, unknown>,
      when: row.conditions === null ? null : (JSON.parse(row.conditions) as Conditions),
      also: row.actions === null ? null : (JSON.parse(row.actions) as Actions),
      status: row.status,
      publishedAt: iso(row.publishedAt),
      hits30d: hits.get(row.id) ?? 0,
      conflicts: (conflicts.get(row.id) ?? []).map(({ kind, keyword, winnerId }) => ({
        ruleId: winnerId,
        kind,
        keyword,
        text: text(locale, `reply.conflict.${kind}`, {
          keyword,
          winner: names.get(winnerId) ?? winnerId,
        }),
      })),
      createdAt: iso(row.createdAt),
      updatedAt: iso(row.updatedAt),
    }));
  };
  const present = async (row: RuleRow, locale: Locale) => (await presentAll([row], locale))[0];

  const targetOf = (actor: Actor, appId: string | null): string | null => {
    if (appId !== null) return accountIdOf(accounts, actor, appId);
    requireAllAccounts(actor);
    return null;
  };
  const requireChange = (actor: Actor, row: RuleRow): void => {
    if (row.accountId === null) requireAllAccounts(actor);
    else requireAccount(actor, row.accountId);
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/reply-rules',
        permission: 'replies.read',
        summary: 'Reply rules, newest first',
        query: listQuery,
        response: pageOf(RuleView),
      },
      async ({ actor, query, locale }) => {
        const parts = ['1 = 1'];
        const params: Scalar[] = [];
        if (actor.accountIds !== 'all') {
          const ids = actor.accountIds;
          parts.push(
            ids.length === 0
              ? 'accountId IS NULL'
              : `(accountId IS NULL OR accountId IN (${marksFor(ids)}))`,
          );
          params.push(...ids);
        }
        if (query.appId !== undefined) {
          parts.push('(accountId IS NULL OR accountId = ?)');
          params.push(accountIdOf(accounts, actor, query.appId));
        }
        if (query.status) {
          parts.push('status = ?');
          params.push(query.status);
        }
        const [after] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        if (after !== undefined) {
          parts.push('id < ?');
          params.push(after);
        }
        const rows = await kit.db.read.all<RuleRow>(
          `SELECT * FROM reply_rule WHERE ${parts.join(' AND ')} ORDER BY id DESC LIMIT ${query.limit + 1}`,
          params,
        );
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          (row) => row,
        );
        return { ...page, items: await presentAll(page.items, locale) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/reply-rules',
        permission: 'replies.edit',
        summary: 'Add a reply rule; with `publish` it answers at once',
        body: ruleBody,
        response: RuleView,
        status: 201,
      },
      async ({ actor, body, locale }) => {
        const accountId = targetOf(actor, body.appId);
        await refuseUnknownSegments(segments, body);
        replies.refuseUnknownMedia(body.answer, accountId, 'answer');
        return present(await saveRule(kit, actor, body, accountId), locale);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/reply-rules/{id}',
        permission: 'replies.read',
        summary: 'One reply rule',
        params: byId,
        response: RuleView,
      },
      async ({ actor, params, locale }) =>
        present(await findRuleFor(kit, actor, params.id), locale),
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/reply-rules/{id}',
        permission: 'replies.edit',
        summary: 'Change a reply rule',
        params: byId,
        body: ruleBody,
        response: RuleView,
      },
      async ({ actor, params, body, locale }) => {
        const before = await findRuleFor(kit, actor, params.id);
        requireChange(actor, before);
        const accountId = targetOf(actor, body.appId);
        await refuseUnknownSegments(segments, body);
        replies.refuseUnknownMedia(body.answer, accountId, 'answer');
        return present(await saveRule(kit, actor, body, accountId, before), locale);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/reply-rules/{id}',
        permission: 'replies.edit',
        summary: 'Delete a reply rule',
        params: byId,
      },
      async ({ actor, params }) => {
        const before = await findRuleFor(kit, actor, params.id);
        requireChange(actor, before);
        await deleteRule(kit, actor, before);
      },
    ),
  ];
}
