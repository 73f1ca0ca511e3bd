import {
  limits,
  WeChatError,
  type CallingAccount,
  type OfficialAccountClient,
} from '../../channels/official-account';
import { execute, insertRows, marksFor, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';

type Part = Pick<Kit, 'db'>;
type Waiting = Fan & { at: number; state: string };
type Wanted = { identityId: string; corpTag: string; platformTag: string };
type Fan = { identityId: string; openid: string; followedAt: number | null };

const followersAtOnce = 500;

/**
 * Tells WeChat the tags of followers that were changed here: tag by tag, fifty followers a call. One whom
 * WeChat refuses (twenty tags already, say) does not keep the others waiting.
 */
export async function pushFans(
  kit: Part,
  client: OfficialAccountClient,
  account: CallingAccount & { readonly id: string },
): Promise<void> {
  const waiting = await kit.db.read.all<Waiting>(
    `SELECT p.identityId, p.at, i.externalId AS openid, i.state, i.followedAt
     FROM corp_tag_push p
     JOIN identity i ON i.id = p.identityId
     WHERE p.accountId = ? AND p.state = 'waiting' ORDER BY p.at, p.identityId
     LIMIT ${String(followersAtOnce)}`,
    [account.id],
  );
  // Who left lost the tags with the follow; who comes back is told of then.
  const here = waiting.filter(({ state }) => state === 'following');
  const refused = new Map<string, string>();
  if (here.length > 0) {
    const { add, remove } = await differences(kit, account.id, here);
    const call: Call = { kit, client, account, here, refused };
    await tell(call, add, 'add');
    await tell(call, remove, 'remove');
  }
  await kit.db.transact((tx) => conclude(tx, waiting, refused));
}

type Call = {
  readonly kit: Part;
  readonly client: OfficialAccountClient;
  readonly account: CallingAccount & { readonly id: string };
  readonly here: readonly Fan[];
  /** Why, by identity. */
  readonly refused: Map<string, string>;
};

async function differences(
  kit: Part,
  accountId: string,
  here: readonly Fan[],
): Promise<{ add: Wanted[]; remove: Wanted[] }> {
  const ids = here.map(({ identityId }) => identityId);
  const marks = marksFor(ids);
  const [add, remove] = await Promise.all([
    kit.db.read.all<Wanted>(
      `SELECT t.identityId, c.id AS corpTag, c.corpTagId AS platformTag FROM identity_tag t
       JOIN corp_tag c ON c.tagId = t.tagId AND c.accountId = ? AND c.isGone = 0
       WHERE t.identityId IN (${marks}) AND NOT EXISTS (SELECT 1 FROM link_corp_tag l
         WHERE l.identityId = t.identityId AND l.corpTag = c.id)`,
      [accountId, ...ids],
    ),
    kit.db.read.all<Wanted>(
      `SELECT l.identityId, c.id AS corpTag, c.corpTagId AS platformTag FROM link_corp_tag l
       JOIN corp_tag c ON c.id = l.corpTag AND c.tagId IS NOT NULL
       WHERE l.identityId IN (${marks}) AND NOT EXISTS (SELECT 1 FROM identity_tag t
         WHERE t.identityId = l.identityId AND t.tagId = c.tagId)`,
      ids,
    ),
  ]);
  return { add, remove };
}

async function tell(call: Call, wanted: readonly Wanted[], what: 'add' | 'remove'): Promise<void> {
  for (const corpTag of new Set(wanted.map((one) => one.corpTag))) {
    const rows = wanted.filter((one) => one.corpTag === corpTag);
    const carriers = new Set(rows.map(({ identityId }) => identityId));
    const fans = call.here.filter(({ identityId }) => carriers.has(identityId));
    const tag = { corpTag, id: Number(rows[0]?.platformTag) };
    const { tagging } = limits.followers;
    for (let from = 0; from < fans.length; from += tagging) {
      await tellSome(call, tag, fans.slice(from, from + tagging), what);
    }
  }
}

async function tellSome(
  call: Call,
  tag: { corpTag: string; id: number },
  fans: readonly Fan[],
  what: 'add' | 'remove',
): Promise<void> {
  const { kit, client, account, refused } = call;
  const openids = fans.map(({ openid }) => openid);
  try {
    if (what === 'add') await client.tagFollowers(account, tag.id, openids);
    else await client.untagFollowers(account, tag.id, openids);
  } catch (error) {
    if (!(error instanceof WeChatError)) throw error;
    const { outcome } = error;
    const isPlainNo = outcome.kind === 'refused-follower' || outcome.kind === 'request';
    if (!isPlainNo) throw error;
    // One openid spoils its batch.
    if (fans.length > 1) for (const fan of fans) await tellSome(call, tag, [fan], what);
    else for (const { identityId } of fans) refused.set(identityId, outcome.name);
    return;
  }
  const ids = fans.map(({ identityId }) => identityId);
  await kit.db.transact(async (tx) => {
    const rows = fans.map(({ identityId, followedAt }) => ({
      ...{ identityId, userId: '', corpTag: tag.corpTag, followedAt },
    }));
    if (what === 'add') {
      const onConflict = ['identityId', 'userId', 'corpTag'];
      await insertRows(tx, 'link_corp_tag', rows, { onConflict, update: ['followedAt'] });
      return;
    }
    const sql = `DELETE FROM link_corp_tag WHERE corpTag = ? AND identityId IN (${marksFor(ids)})`;
    await execute(tx, sql, [tag.corpTag, ...ids]);
  });
}

/** Changed once more meanwhile: it waits for the next round. */
async function conclude(
  tx: Tx,
  waiting: readonly Waiting[],
  refused: ReadonlyMap<string, string>,
): Promise<void> {
  const where = `WHERE identityId = ? AND at = ? AND state = 'waiting'`;
  for (const { identityId, at } of waiting) {
    const reason = refused.get(identityId);
    if (reason === undefined) {
      await execute(tx, `DELETE FROM corp_tag_push ${where}`, [identityId, at]);
    } else {
      const sql = `UPDATE corp_tag_push SET state = 'refused', reason = ? ${where}`;
      await execute(tx, sql, [reason.slice(0, 64), identityId, at]);
    }
  }
}
