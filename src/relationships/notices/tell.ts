import type { CallingAgent, WeComClient } from '../../channels/wecom';
import { execute, insertOnce, insertRows, marksFor, select } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { Locale } from '../../kernel/text';
import { byLanguage } from '../friends';
import { managersOf } from './managers-of';
import { noticeSettingsOf } from './notice-settings';
import type { NoticeKind, NoticeState } from './notice.entity';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;
export type Notice = {
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
export type Say = (language: Locale) => string;
export type Words = { rep?: Say; managers?: Say; former?: { userId: string; say: Say } };

/** Once for each key, by app message; who was reached stands beside it. Of several, all about one rep, in one. */
export async function tell(
  kit: Part,
  wecom: WeComClient,
  agent: CallingAgent,
  notice: Notice | readonly [Notice, ...Notice[]],
  words: Words,
): Promise<void> {
  const notices = 'key' in notice ? ([notice] as const) : notice;
  const { accountId, userId } = notices[0];
  const ids = await claim(kit, notices);
  if (ids.length === 0) return;
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
  await conclude(kit, ids, state, reached);
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
async function claim(kit: Part, notices: readonly Notice[]): Promise<string[]> {
  return kit.db.transact(async (tx) => {
    const ids: string[] = [];
    for (const { key: noticeKey, line, ...rest } of notices) {
      const id = kit.newId();
      const row = { id, noticeKey, ...rest, told: '[]', state: 'due' };
      const changedAt = kit.clock.business();
      const unique = ['accountId', 'noticeKey'];
      if (await insertOnce(tx, 'friend_notice', { ...row, changedAt }, unique)) {
        if (line) await insertRows(tx, 'timeline_entry', [{ id: kit.newId(), ...line }]);
        ids.push(id);
        continue;
      }
      const known = await select<{ id: string }>(
        tx,
        `SELECT id FROM friend_notice WHERE accountId = ? AND noticeKey = ? AND state = 'due'`,
        [rest.accountId, noticeKey],
      );
      ids.push(...known.map((one) => one.id));
    }
    return ids;
  });
}

async function conclude(
  kit: Part,
  ids: readonly string[],
  state: NoticeState,
  told: readonly string[],
): Promise<void> {
  await kit.db.transact((tx) =>
    execute(
      tx,
      `UPDATE friend_notice SET state = ?, told = ?, changedAt = ?
       WHERE id IN (${marksFor(ids)}) AND state = 'due'`,
      [state, JSON.stringify(told), kit.clock.business(), ...ids],
    ),
  );
}
