import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import type { OfficialAccountClient } from '../../channels/official-account';
import { WeChatError, WeChatUnclear, type WeComClient } from '../../channels/wecom';
import { recordChange, requireAccount } from '../../kernel/access';
import { execute, marksFor, select } from '../../kernel/database';
import { AppError, InvalidInput } from '../../kernel/errors';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { readFanTags } from './follow-fan-tags';
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
  /** Ours that the platform does not have; it takes no name that is too long. */
  onlyHere: z.array(z.object({ id: z.string(), name: z.string(), tooLong: z.boolean() })),
  /** How many more the platform takes. */
  room: z.number(),
  /** Contacts or followers whose tags were changed here and are not told to the platform yet. */
  waiting: z.number(),
  /** For whom it refused, by its reason. */
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

/** [doc] */
const most = { wecom: { tags: 3_000, characters: 30 }, official: { tags: 100, bytes: 30 } };

export function corpTagOperations(
  kit: Kit,
  book: AccountBook,
  wecom: WeComClient,
  officialAccounts: OfficialAccountClient,
): Operation[] {
  const isCorp = (accountId: string) => book.getOrThrow(accountId).kind === 'wecom';
  /** Throws where an account has neither kind of tags. */
  const requireTags = (accountId: string) =>
    isCorp(accountId) ? book.weComOrThrow(accountId) : book.channelOrThrow(accountId);
  const isTooLong = (accountId: string, name: string) =>
    isCorp(accountId)
      ? Array.from(name).length > most.wecom.characters
      : Buffer.byteLength(name) > most.official.bytes;
  const make = async (accountId: string, group: string, names: string[]) => {
    if (isCorp(accountId)) {
      const agent = book.weComOrThrow(accountId);
      await wecom.addCorpTags(agent, { name: group }, names);
      return readCorpTags(kit, wecom, agent, accountId);
    }
    const account = book.channelOrThrow(accountId);
    try {
      for (const name of names) await officialAccounts.createTag(account, name);
    } finally {
      // Those that were made before one was refused are there.
      await readFanTags(kit, officialAccounts, account);
    }
  };

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
      onlyHere: onlyHere
        .filter(({ name }) => !names.includes(fold(name)))
        .map((tag) => ({ ...tag, tooLong: isTooLong(accountId, tag.name) })),
      room: Math.max(0, (isCorp(accountId) ? most.wecom : most.official).tags - rows.length),
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
        summary:
          'Tags of a corp or an Official Account beside ours: followed, in conflict, and only here',
        params,
        response: CorpTagsView,
      },
      ({ actor, params: { id } }) => {
        requireAccount(actor, id);
        requireTags(id);
        return show(id);
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'people.edit',
        summary: 'Make tags of ours there too; in a corp in a group by name',
        params,
        body: z.strictObject({
          group: z.string().trim().max(30).default(''),
          tagIds: z.array(z.string().max(26)).min(1).max(100),
        }),
        response: CorpTagsView,
        status: 201,
      },
      async ({ actor, params: { id }, body }) => {
        requireAccount(actor, id);
        requireTags(id);
        if (isCorp(id) && body.group === '') throw new InvalidInput('tag_group_missing');
        const ids = new Set(body.tagIds);
        const { onlyHere, room } = await show(id);
        const wanted = onlyHere.filter((tag) => ids.has(tag.id));
        if (wanted.length !== ids.size) throw new InvalidInput('tag_in_corp_already');
        if (wanted.some(({ tooLong }) => tooLong)) throw new InvalidInput('tag_name_too_long');
        if (wanted.length > room) throw new InvalidInput('tag_shelf_full', { room });
        const names = wanted.map(({ name }) => name);
        try {
          await make(id, body.group, names);
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
             WHERE i.accountId = ? AND t.tagId IN (${marksFor(body.tagIds)})
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
