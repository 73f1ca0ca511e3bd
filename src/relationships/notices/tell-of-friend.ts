import type { AccountBook } from '../../accounts';
import type { CallingAgent, WeComClient } from '../../channels/wecom';
import { execute, insertOnce, insertRows, select } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { text, type Locale } from '../../kernel/text';
import type { NewJob } from '../../kernel/work';
import { byLanguage } from '../friends';
import { managersOf } from './managers-of';
import { noticeSettingsOf } from './notice-settings';
import type { NoticeKind, NoticeState } from './notice.entity';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Happened = {
  accountId: string;
  identityId: string;
  userId: string;
  at: number;
  what: 'lost' | 'added' | 'dropped';
};
type Notice = {
  accountId: string;
  key: string;
  kind: NoticeKind;
  userId: string;
  identityId: string | null;
  at: number;
  /** What the timeline says of it, where no event says it. */
  line?: Record<string, string | number | null>;
};
/** One text for the rep, one for those above, and one for a rep who had the customer before. */
type Say = (language: Locale) => string;
type Words = { rep?: Say; managers?: Say; former?: { userId: string; say: Say } };

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
    const told =
      happened.what === 'dropped'
        ? await deletions(kit, happened)
        : ((await lossOrReturn(kit, happened)) ?? (await backElsewhere(kit, happened)));
    if (told) await tell(kit, wecom, agent, told.notice, told.words);
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
  const params = {
    ...(JSON.parse(line.params) as Record<string, string | number>),
    rep: line.rep ?? userId,
  };
  const known = 'days' in params || 'awayDays' in params ? '.after' : '';
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

async function tell(
  kit: Part,
  wecom: WeComClient,
  agent: CallingAgent,
  notice: Notice,
  words: Words,
): Promise<void> {
  const { accountId, userId } = notice;
  const id = await claim(kit, notice);
  if (id === undefined) return;
  const settings = await noticeSettingsOf(kit.db.read, accountId);
  const managers =
    words.managers !== undefined && settings.tellsManager
      ? await managersOf(wecom, agent, userId, settings.managers)
      : [];
  const { former } = words;
  const letters = [
    { to: former && settings.tellsRep ? [former.userId] : [], say: former?.say },
    { to: words.rep !== undefined && settings.tellsRep ? [userId] : [], say: words.rep },
    { to: managers, say: words.managers },
  ].filter(({ to }) => to.length > 0);
  const reached: string[] = [];
  for (const { to, said } of await inTheirLanguage(kit, accountId, letters)) {
    const ended = await wecom.tellStaff(agent, to, { kind: 'text', text: said });
    if (ended.kind === 'ok') {
      const missed = new Set(ended.value.unreached);
      reached.push(...to.filter((one) => !missed.has(one.toLowerCase())));
    } else if (ended.kind !== 'refused' || ended.error.outcome.kind === 'retry') throw ended.error;
  }
  const state = letters.length === 0 ? 'nobody' : reached.length > 0 ? 'told' : 'refused';
  await conclude(kit, id, state, reached);
}

async function inTheirLanguage(
  kit: Part,
  accountId: string,
  letters: readonly { to: readonly string[]; say: Say | undefined }[],
): Promise<{ to: string[]; said: string }[]> {
  const told = await Promise.all(
    letters.map(async ({ to, say }) =>
      [...(await byLanguage(kit.db.read, accountId, to))].map(([language, ids]) => ({
        to: ids,
        said: say?.(language) ?? '',
      })),
    ),
  );
  return told.flat();
}

/** Ours, or ours already before a retry. */
async function claim(kit: Part, notice: Notice): Promise<string | undefined> {
  const { key: noticeKey, line, ...rest } = notice;
  const id = kit.newId();
  return kit.db.transact(async (tx) => {
    const row = { id, noticeKey, ...rest, told: '[]', state: 'due' };
    const changedAt = kit.clock.business();
    const unique = ['accountId', 'noticeKey'];
    if (await insertOnce(tx, 'friend_notice', { ...row, changedAt }, unique)) {
      if (line) await insertRows(tx, 'timeline_entry', [{ id: kit.newId(), ...line }]);
      return id;
    }
    const [known] = await select<{ id: string }>(
      tx,
      `SELECT id FROM friend_notice WHERE accountId = ? AND noticeKey = ? AND state = 'due'`,
      [notice.accountId, noticeKey],
    );
    return known?.id;
  });
}

async function conclude(
  kit: Part,
  id: string,
  state: NoticeState,
  told: readonly string[],
): Promise<void> {
  await kit.db.transact((tx) =>
    execute(
      tx,
      `UPDATE friend_notice SET state = ?, told = ?, changedAt = ? WHERE id = ? AND state = 'due'`,
      [state, JSON.stringify(told), kit.clock.business(), id],
    ),
  );
}
