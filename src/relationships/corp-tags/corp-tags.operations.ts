import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { WeChatError, WeChatUnclear, type WeComClient } from '../../channels/wecom';
import { recordChange, requireAccount } from '../../kernel/access';
import { execute, marksFor, select } from '../../kernel/database';
import { AppError, InvalidInput } from '../../kernel/errors';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { fold } from './keep-corp-tags';
import { enqueuePush } from './push-tags';
import { readCorpTags } from './sync-corp-tags';

const params = z.object({ id: z.string().max(26) });
const path = '/api/v1/accounts/{id}/corp-tags';

const CorpTagsView = z.object({
  groups: z.array(
    z.object({
      groupId: z.string(),
      name: z.string(),
      tags: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          /** Ours of the same name. */
          tagId: z.string().nullable(),
          /** The name stands in two groups: it is followed in neither until one is renamed. */
          conflict: z.boolean(),
          contacts: z.number(),
        }),
      ),
    }),
  ),
  /** Ours that the corp does not have. */
  onlyHere: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Contacts whose tags were changed here and are not told to WeCom yet. */
  waiting: z.number(),
  /** Contacts for whom WeCom refused, by its reason. */
  refused: z.array(z.object({ reason: z.string(), contacts: z.number() })),
});

type Row = {
  id: string;
  groupId: string;
  groupName: string;
  name: string;
  tagId: string | null;
  contacts: number;
};
type PushRow = { state: string; reason: string | null; contacts: number };

export function corpTagOperations(kit: Kit, book: AccountBook, wecom: WeComClient): Operation[] {
  const show = async (accountId: string): Promise<z.infer<typeof CorpTagsView>> => {
    const [rows, onlyHere, pushes] = await Promise.all([
      kit.db.longRead<Row>(
        `SELECT c.id, c.groupId, c.groupName, c.name, c.tagId,
           (SELECT COUNT(DISTINCT l.identityId) FROM link_corp_tag l WHERE l.corpTag = c.id) AS contacts
         FROM corp_tag c WHERE c.accountId = ? AND c.isGone = 0
         ORDER BY c.groupName, c.groupId, c.sortRank DESC, c.name`,
        [accountId],
      ),
      kit.db.read.all<{ id: string; name: string }>(
        `SELECT t.id, t.name FROM tag t WHERE NOT EXISTS
           (SELECT 1 FROM corp_tag c WHERE c.tagId = t.id AND c.accountId = ? AND c.isGone = 0)
         ORDER BY t.name LIMIT 500`,
        [accountId],
      ),
      kit.db.read.all<PushRow>(
        `SELECT state, reason, COUNT(*) AS contacts FROM corp_tag_push WHERE accountId = ?
         GROUP BY state, reason`,
        [accountId],
      ),
    ]);
    const names = rows.map(({ name }) => fold(name));
    const groups = [...new Set(rows.map(({ groupId }) => groupId))];
    return {
      groups: groups.map((groupId) => {
        const own = rows.filter((row) => row.groupId === groupId);
        const tags = own.map(({ id, name, tagId, contacts }) => ({
          ...{ id, name, tagId, contacts },
          conflict: names.filter((other) => other === fold(name)).length > 1,
        }));
        return { groupId, name: own[0]?.groupName ?? '', tags };
      }),
      onlyHere: onlyHere.filter(({ name }) => !names.includes(fold(name))),
      waiting: pushes.find(({ state }) => state === 'waiting')?.contacts ?? 0,
      refused: pushes
        .filter(({ state }) => state === 'refused')
        .map(({ reason, contacts }) => ({ reason: reason ?? '', contacts })),
    };
  };

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'people.read',
        summary: 'Tags of a corp beside ours: followed, in conflict, and only here',
        params,
        response: CorpTagsView,
      },
      ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        book.weComOrThrow(id);
        return show(id);
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'people.edit',
        summary: 'Make tags of ours in the corp too, in a group by name',
        params,
        body: z.strictObject({
          group: z.string().trim().min(1).max(30),
          tagIds: z.array(z.string().max(26)).min(1).max(100),
        }),
        response: CorpTagsView,
        status: 201,
      },
      async ({ actor, params: { id }, body }) => {
        requireAccount(actor, id);
        const agent = book.weComOrThrow(id);
        const ids = new Set(body.tagIds);
        const wanted = (await show(id)).onlyHere.filter((tag) => ids.has(tag.id));
        if (wanted.length !== ids.size) throw new InvalidInput('tag_in_corp_already');
        const names = wanted.map(({ name }) => name);
        try {
          await wecom.addCorpTags(agent, { name: body.group }, names);
          await readCorpTags(kit, wecom, agent, id);
        } catch (error) {
          if (error instanceof WeChatUnclear) throw new AppError(503, 'wechat_unreachable');
          if (!(error instanceof WeChatError)) throw error;
          throw new AppError(502, 'wechat_refused', { errcode: error.errcode });
        }
        await kit.db.transact(async (tx) => {
          const at = kit.clock.system();
          await execute(
            tx,
            `INSERT INTO corp_tag_push (identityId, accountId, at, state, reason)
             SELECT DISTINCT i.id, i.accountId, ?, 'waiting', NULL FROM identity_tag t
             JOIN identity i ON i.id = t.identityId
             WHERE i.accountId = ? AND i.kind = 'external-contact' AND t.tagId IN (${marksFor(body.tagIds)})
               AND NOT EXISTS (SELECT 1 FROM corp_tag_push p WHERE p.identityId = i.id)`,
            [at, id, ...body.tagIds],
          );
          const [first] = await select<{ identityId: string }>(
            tx,
            `SELECT identityId FROM corp_tag_push WHERE accountId = ? AND state = 'waiting' LIMIT 1`,
            [id],
          );
          if (first) await enqueuePush(tx, { newId: kit.newId, systemNow: at }, id);
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at, action: 'account.corp-tags-made' },
            ...{ targetKind: 'account', targetId: id, after: { group: body.group, names } },
          });
        });
        kit.work.ring();
        return show(id);
      },
    ),
  ];
}
