import { z } from 'zod';
import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
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
import type { Locale } from '../kernel/text';
import { bringBack, deleteThing, OPEN_STATES } from '../review';
import type { RuleContent } from './life/content';
import { ruleLife } from './life/rule-life';
import { refuseRed, tryExamples } from './life/try-draft';
import type { Replies } from './open-replies';
import { noPackets, refusePacket, type PacketsOfRules } from './packets-of-rules';
import { presentRules } from './present-rule';
import { changeBody, ruleBody, RuleView, type RuleBody } from './reply-rule.schema';
import { accountIdOf, requireChange, targetOf } from './rule-access';
import { noSegments, type SegmentsOfRules } from './segments-of-rules';
import { findRuleFor, saveRule, type RuleRow } from './save-rule';

const byId = z.object({ id: z.string().max(26) });
const listQuery = pageQuery.extend({
  appId: z.string().max(64).optional(),
  status: z.enum(['draft', 'published']).optional(),
  state: z
    .enum(OPEN_STATES)
    .optional()
    .describe('Rules with a draft that stands here, such as those that wait for review'),
});

export { accountIdOf, iso } from './rule-access';

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
  packets: PacketsOfRules = noPackets,
): Operation[] {
  const life = ruleLife(kit);
  const presentAll = (rows: readonly RuleRow[], locale: Locale, actor: Actor) =>
    presentRules(kit, { accounts, replies }, rows, { locale, actor });
  const present = async (row: RuleRow, locale: Locale, actor: Actor) =>
    (await presentAll([row], locale, actor))[0];
  const examplesOf = async (content: RuleContent, id: string): Promise<void> => {
    const at = kit.clock.business();
    refuseRed(await tryExamples(kit, { book: accounts, replies }, { id, content }, at));
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
        if (query.state) {
          parts.push(
            `id IN (SELECT targetId FROM answer_version WHERE kind = 'rule' AND state = ?)`,
          );
          params.push(query.state);
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
        return { ...page, items: await presentAll(page.items, locale, actor) };
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
        const accountId = targetOf(accounts, actor, body.appId);
        await refuseUnknownSegments(segments, body);
        await refusePacket(packets, actor, body, accountId);
        replies.refuseUnknownMedia(body.answer, accountId, 'answer');
        const saving = { body, accountId, tryExamples: examplesOf };
        return present(await saveRule(kit, actor, saving), locale, actor);
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
        present(await findRuleFor(kit, actor, params.id), locale, actor),
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/reply-rules/{id}',
        permission: 'replies.edit',
        summary:
          'Change a reply rule: with `publish` at once, without it as a draft beside what answers',
        params: byId,
        body: changeBody,
        response: RuleView,
      },
      async ({ actor, params, body, locale }) => {
        const before = await findRuleFor(kit, actor, params.id);
        requireChange(actor, before);
        const accountId = targetOf(accounts, actor, body.appId);
        await refuseUnknownSegments(segments, body);
        await refusePacket(packets, actor, body, accountId, before);
        replies.refuseUnknownMedia(body.answer, accountId, 'answer');
        const { version: seen, ...rest } = body;
        const saving = { body: rest, accountId, before, seen, tryExamples: examplesOf };
        return present(await saveRule(kit, actor, saving), locale, actor);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/reply-rules/{id}',
        permission: 'replies.edit',
        summary: 'Delete a reply rule; its versions stay, and `restore` brings it back',
        params: byId,
        query: z.object({ version: z.coerce.number().int().min(0).optional() }),
      },
      async ({ actor, params, query }) => {
        const before = await findRuleFor(kit, actor, params.id);
        requireChange(actor, before);
        await deleteThing({ kit, life, actor, row: before }, query.version);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/reply-rules/{id}/restore',
        permission: 'replies.edit',
        summary: 'Bring a deleted rule back as a draft, with its history',
        params: byId,
        response: RuleView,
      },
      async ({ actor, params, locale }) => {
        const may = (content: RuleContent) => requireChange(actor, content);
        return present(await bringBack({ kit, life, actor }, params.id, may), locale, actor);
      },
    ),
  ];
}
