import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { accountIdOf } from './reply-rule.operations';
import type { ReplyState } from './reply-book';

type Row = {
  id: string;
  accountId: string;
  sourceScene: string | null;
  displayName: string | null;
};

export type Named = {
  readonly appId?: string | undefined;
  readonly openid?: string | undefined;
  readonly personId?: string | undefined;
};

/**
 * Who would hear an answer that is only being tried: a follower, named by openid or person, or nobody
 * in particular. Without an appId it is the oldest Official Account the actor may see.
 */
export async function listenerOf(
  kit: Pick<Kit, 'db' | 'clock'>,
  accounts: AccountBook,
  actor: Actor,
  named: Named,
): Promise<ReplyState> {
  const isVisible = (id: string) => actor.accountIds === 'all' || actor.accountIds.includes(id);
  const wanted = named.appId === undefined ? undefined : accountIdOf(accounts, actor, named.appId);
  const first = accounts
    .all()
    .filter(({ kind, id, enabled }) => kind === 'official-account' && enabled && isVisible(id))
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))[0];
  const now = kit.clock.business();
  const key = named.openid ?? named.personId;
  if (key === undefined) return { accountId: wanted ?? first?.id ?? '', now };
  const column = named.openid === undefined ? 'i.personId' : 'i.externalId';
  const rows = await kit.db.read.all<Row>(
    `SELECT i.id, i.accountId, i.sourceScene, p.displayName FROM identity i
     JOIN person p ON p.id = i.personId WHERE ${column} = ? AND i.kind = 'follower'`,
    [key],
  );
  const row = rows.find(
    ({ accountId }) => isVisible(accountId) && (wanted === undefined || accountId === wanted),
  );
  if (!row) throw new NotFound('follower_not_found');
  const tags = await kit.db.read.all<{ name: string }>(
    `SELECT t.name FROM identity_tag g JOIN tag t ON t.id = g.tagId WHERE g.identityId = ? ORDER BY t.name`,
    [row.id],
  );
  return {
    accountId: row.accountId,
    now,
    personName: row.displayName,
    tags: tags.map(({ name }) => name),
    scene: row.sourceScene,
  };
}
