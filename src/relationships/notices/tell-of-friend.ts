import type { AccountBook } from '../../accounts';
import type { WeComClient } from '../../channels/wecom';
import type { Kit } from '../../kernel/kit';
import { text, type Locale } from '../../kernel/text';
import { concludeJob, enqueue, type NewJob } from '../../kernel/work';
import { fetchUnknownContact } from '../friends';
import { noticeSettingsOf } from './notice-settings';
import type { NoticeKind } from './notice.entity';
import { tell, type Notice, type Say, type Words } from './tell';
import { foundGone, goneKind, type FoundGone } from './tell-of-gone';
import {
  handedOver,
  handedOverJob,
  handedOverKind,
  isAnyUntold,
  type HandedOver,
} from './tell-of-handover';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'seal' | 'work'>;
type Happened = {
  accountId: string;
  identityId: string;
  userId: string;
  at: number;
  what: 'lost' | 'added' | 'dropped';
};
const kind = 'tell-of-friend';
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Ended by somebody's will; who was handed over has a rep. */
const lostStates: readonly string[] = ['left', 'dropped', 'parted', 'gone'];

/** Loss and return are told within seconds, after the greetings and before everything slower. */
export function noticeJob(happened: Happened, dueAt: number): Omit<NewJob, 'id' | 'createdAt'> {
  const { accountId, identityId, userId, at, what } = happened;
  const dedupeKey = `${identityId}:${userId}:${at}:${what}`;
  return { kind, dedupeKey, accountId, priority: 1, dueAt, payload: happened };
}

/**
 * Tells by app message what the ledger says about an event, once. A message whose answer got lost is sent
 * again: WeCom does not deliver the same words twice within half an hour.
 */
export function registerFriendNotices(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const happened = payload as Happened;
    const agent = book.weComOrThrow(happened.accountId);
    // Whoever was away for long has been forgotten, and comes back with a name all the same.
    if (happened.what === 'added') {
      await fetchUnknownContact(kit, wecom, agent, happened.identityId);
    }
    const told =
      happened.what === 'dropped'
        ? await deletions(kit, happened)
        : ((await lossOrReturn(kit, happened)) ?? (await backElsewhere(kit, happened)));
    if (told) await tell(kit, wecom, agent, told.notice, told.words);
  });
  kit.work.on(goneKind, async ({ payload }) => {
    const found = payload as FoundGone;
    const told = await foundGone(kit, found);
    const agent = book.weComOrThrow(found.accountId);
    if (told) await tell(kit, wecom, agent, told.notice, told.words);
  });
  kit.work.on(handedOverKind, async ({ id, payload }) => {
    const order = payload as HandedOver;
    const agent = book.weComOrThrow(order.accountId);
    const told = await handedOver(kit, order);
    const [first, ...others] = told?.notices ?? [];
    if (told && first) await tell(kit, wecom, agent, [first, ...others], told.words);
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, id)) || !(await isAnyUntold(tx, order.handoverId))) return;
      const job = handedOverJob(order, kit.clock.business());
      await enqueue(tx, [{ ...job, id: kit.newId(), createdAt: kit.clock.system() }]);
    });
  });
}

async function lossOrReturn(kit: Part, { accountId, identityId, userId, at, what }: Happened) {
  const lineKind = what === 'lost' ? 'friend-deleted-by-customer' : 'friend-back';
  const [line] = await kit.db.read.all<{ params: string; name: string | null; rep: string | null }>(
    `SELECT t.params, COALESCE(p.displayName, c.name) AS name, s.name AS rep FROM timeline_entry t
     JOIN link_episode e ON e.id = t.refId AND e.userId = ?
     JOIN identity i ON i.id = t.identityId JOIN person p ON p.id = i.personId
     LEFT JOIN contact_profile c ON c.identityId = t.identityId
     LEFT JOIN staff s ON s.accountId = t.accountId AND s.userId = e.userId
     WHERE t.identityId = ? AND t.at = ? AND t.kind = ?`,
    [userId, identityId, at, lineKind],
  );
  if (!line) return undefined;
  const kindOf: NoticeKind = what === 'lost' ? 'lost' : 'returned';
  const params: Record<string, string | number> = {
    ...(JSON.parse(line.params) as Record<string, string | number>),
    rep: line.rep ?? userId,
  };
  // What happened on the same day is told plainly.
  const known = Number(params['days'] ?? params['awayDays'] ?? 0) > 0 ? '.after' : '';
  const say =
    (to: string): Say =>
    (language) =>
      text(language, `notice.${kindOf}.${to}${known}`, {
        ...params,
        customer: line.name ?? text(language, 'notice.nameless'),
      });
  const key = `${kindOf}:${identityId}:${userId}:${at}`;
  return {
    notice: { accountId, key, kind: kindOf, userId, identityId, at } satisfies Notice,
    words: { rep: say('rep'), managers: say('managers') } satisfies Words,
  };
}

/**
 * Who was another rep's friend, and nobody's in between, came back over this one: WeCom decides who is behind a
 * shared code, and neither rep would know.
 */
async function backElsewhere(kit: Part, { accountId, identityId, userId, at, what }: Happened) {
  if (what !== 'added') return undefined;
  const others = await kit.db.read.all<{
    userId: string;
    state: string;
    endedAt: number | null;
    rep: string | null;
  }>(
    `SELECT l.userId, l.state, l.endedAt, s.name AS rep FROM staff_link l
     LEFT JOIN staff s ON s.accountId = l.accountId AND s.userId = l.userId
     WHERE l.identityId = ? AND l.accountId = ? AND l.userId <> ?
     ORDER BY l.endedAt DESC`,
    [identityId, accountId, userId],
  );
  const former = others.find(
    ({ state, endedAt }) => endedAt !== null && endedAt <= at && lostStates.includes(state),
  );
  const isHeld = others.some(({ state }) => state === 'friend' || state === 'half');
  if (!former || isHeld) return undefined;
  const [known] = await kit.db.read.all<Record<'name' | 'rep' | 'episodeId', string | null>>(
    `SELECT COALESCE(p.displayName, c.name) AS name, s.name AS rep, e.id AS episodeId FROM identity i
     JOIN person p ON p.id = i.personId
     LEFT JOIN contact_profile c ON c.identityId = i.id
     LEFT JOIN staff s ON s.accountId = i.accountId AND s.userId = ?
     LEFT JOIN link_episode e ON e.identityId = i.id AND e.userId = ? AND e.at = ? AND e.kind = 'added'
     WHERE i.id = ?`,
    [userId, userId, at, identityId],
  );
  const awayDays = Math.floor((at - (former.endedAt ?? at)) / dayMs);
  const params = { awayDays, rep: known?.rep ?? userId, former: former.rep ?? former.userId };
  const say =
    (to: string): Say =>
    (language) =>
      text(language, `notice.back-elsewhere.${to}`, {
        ...params,
        customer: known?.name ?? text(language, 'notice.nameless'),
      });
  const line = {
    ...{ identityId, accountId, at, kind: 'friend-elsewhere' },
    params: JSON.stringify({ userId: former.userId, toUserId: userId, awayDays }),
    ...{ refKind: 'arrival', refId: known?.episodeId ?? null },
  };
  const key = `elsewhere:${identityId}:${userId}:${at}`;
  return {
    notice: {
      accountId,
      key,
      kind: 'back-elsewhere',
      userId,
      identityId,
      at,
      line,
    } satisfies Notice,
    words: {
      ...{ rep: say('rep'), managers: say('managers') },
      former: { userId: former.userId, say: say('former') },
    } satisfies Words,
  };
}

/** Told once when the hour's number is reached, and not again until an hour after. */
async function deletions(kit: Part, { accountId, userId, at }: Happened) {
  const { deletionsAnHour } = await noticeSettingsOf(kit.db.read, accountId);
  const [row] = await kit.db.read.all<{ n: number | string; rep: string | null }>(
    `SELECT COUNT(*) AS n, MAX(s.name) AS rep FROM link_episode e
     LEFT JOIN staff s ON s.accountId = e.accountId AND s.userId = e.userId
     WHERE e.accountId = ? AND e.kind = 'deleted-by-rep' AND e.at > ? AND e.at <= ? AND e.userId = ?`,
    [accountId, at - hourMs, at, userId],
  );
  const n = Number(row?.n ?? 0);
  if (n < deletionsAnHour) return undefined;
  const [recent] = await kit.db.read.all<{ noticeKey: string }>(
    `SELECT noticeKey FROM friend_notice
     WHERE accountId = ? AND kind = 'mass-deletion' AND userId = ? AND at > ? AND state <> 'due'`,
    [accountId, userId, at - hourMs],
  );
  if (recent) return undefined;
  const params = { rep: row?.rep ?? userId, n };
  const key = `mass-deletion:${userId}:${Math.floor(at / hourMs)}`;
  return {
    notice: {
      ...{ accountId, key, kind: 'mass-deletion', userId, identityId: null, at },
    } satisfies Notice,
    words: {
      managers: (language: Locale) => text(language, 'notice.mass-deletion', params),
    } satisfies Words,
  };
}
