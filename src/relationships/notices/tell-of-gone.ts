import type { Kit } from '../../kernel/kit';
import { text, type Locale } from '../../kernel/text';
import type { NewJob } from '../../kernel/work';
import type { Notice, Say, Words } from './tell';

export type FoundGone = {
  accountId: string;
  userId: string;
  /** When the check began. */
  since: number;
};
type Gone = { identityId: string; at: number; name: string | null };

export const goneKind = 'tell-of-gone';

/** What the nightly check found missing of one rep's friends: after everything that somebody waits for. */
export function goneJob(kit: Pick<Kit, 'clock' | 'newId'>, found: FoundGone): NewJob {
  const { accountId, userId, since } = found;
  return {
    ...{ id: kit.newId(), kind: goneKind, dedupeKey: `${accountId}:${userId}:${since}` },
    ...{ accountId, payload: found, priority: 6 },
    ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
  };
}

/** One message for all of them: nobody can say whose doing it was, so rep and those above hear the same. */
export async function foundGone(
  kit: Pick<Kit, 'db'>,
  { accountId, userId, since }: FoundGone,
): Promise<{ notice: Notice; words: Words } | undefined> {
  const gone = await kit.db.read.all<Gone>(
    `SELECT e.identityId, e.at, COALESCE(p.displayName, c.name) AS name FROM link_episode e
     JOIN identity i ON i.id = e.identityId JOIN person p ON p.id = i.personId
     LEFT JOIN contact_profile c ON c.identityId = e.identityId
     WHERE e.accountId = ? AND e.kind = 'gone' AND e.at >= ? AND e.userId = ? ORDER BY e.at, e.id`,
    [accountId, since, userId],
  );
  const last = gone.at(-1);
  if (!last) return undefined;
  const [staff] = await kit.db.read.all<{ name: string }>(
    `SELECT name FROM staff WHERE accountId = ? AND userId = ?`,
    [accountId, userId],
  );
  const params = { rep: staff?.name ?? userId, n: gone.length };
  const among = gone.length > 1 ? '.many' : '';
  const say =
    (to: string): Say =>
    (language: Locale) =>
      text(language, `notice.gone.${to}${among}`, {
        ...params,
        customer: gone[0]?.name ?? text(language, 'notice.nameless'),
      });
  return {
    notice: {
      ...{ accountId, key: `gone:${userId}:${since}`, kind: 'gone', userId, at: last.at },
      identityId: gone.length > 1 ? null : last.identityId,
    },
    words: { rep: say('rep'), managers: say('managers') },
  };
}
