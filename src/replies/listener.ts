import type { AccountBook } from '../accounts';
import { openWindow, windowRoom, type WindowState } from '../channels/official-account';
import type { Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { windowsOf } from '../relationships';
import { accountIdOf } from './reply-rule.operations';
import type { ReplyState } from './reply-book';

type Row = {
  id: string;
  accountId: string;
  sourceScene: string | null;
  displayName: string | null;
  coolDowns: string | null;
  windows: string | null;
};

export type Named = {
  readonly appId?: string | undefined;
  readonly openid?: string | undefined;
  readonly personId?: string | undefined;
  /** Business time at which they would speak; now, unless said. */
  readonly at?: number | undefined;
};

export type Listener = ReplyState & { readonly identityId?: string };

/**
 * Who would hear an answer that is only being tried: a follower, named by openid or person, or nobody
 * in particular. Without an appId it is the oldest Official Account the actor may see.
 */
export async function listenerOf(
  kit: Pick<Kit, 'db' | 'clock'>,
  accounts: AccountBook,
  actor: Actor,
  named: Named,
): Promise<Listener> {
  const isVisible = (id: string) => actor.accountIds === 'all' || actor.accountIds.includes(id);
  const wanted = named.appId === undefined ? undefined : accountIdOf(accounts, actor, named.appId);
  const first = accounts
    .all()
    .filter(({ kind, id, enabled }) => kind === 'official-account' && enabled && isVisible(id))
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))[0];
  const now = named.at ?? kit.clock.business();
  const key = named.openid ?? named.personId;
  if (key === undefined) {
    return { accountId: wanted ?? first?.id ?? '', now, room: () => roomAfterSpeaking({}, now) };
  }
  const column = named.openid === undefined ? 'i.personId' : 'i.externalId';
  const rows = await kit.db.read.all<Row>(
    `SELECT i.id, i.accountId, i.sourceScene, i.coolDowns, i.windows, p.displayName FROM identity i
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
    identityId: row.id,
    coolDowns: row.coolDowns,
    room: () => roomAfterSpeaking(windowsOf(row), now),
  };
}

/** What they write opens a window before it is answered. */
function roomAfterSpeaking(windows: WindowState, now: number): number {
  const room = windowRoom(openWindow(windows, 'said', now), now);
  return room.open ? room.left : 0;
}
