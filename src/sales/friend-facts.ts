import { marksFor, type Scalar } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { assigned, giverAt } from '../relationships';
import { openQuestion, pairQuestions, questionKinds, type QuestionLine } from './questions';
import type { FriendFacts } from './rank-friends';
import type { Stage } from './task.entity';

const day = 86_400_000;
/** Over which a person's rhythm is read. */
const halfYear = 180 * day;
const recent = 3 * day;

export type RepKey = { readonly accountId: string; readonly userId: string };

export type KnownFriend = {
  readonly linkId: string;
  readonly identityId: string;
  readonly personId: string;
  readonly externalUserId: string;
  readonly name: string | null;
  readonly avatar: string | null;
  readonly stage: Stage | null;
  readonly stageAt: number | null;
  readonly facts: FriendFacts;
};

type LinkRow = Omit<KnownFriend, 'facts' | 'name'> & {
  state: string;
  addedAt: number | null;
  addCount: number;
  laterUntil: number | null;
  addWay: string | null;
  giver: string | null;
  displayName: string | null;
  profileName: string | null;
};

const activeKinds = [
  ...['message-in', 'menu-tapped', 'scanned'],
  ...['material-opened', 'material-opened-again', 'material-read'],
];

/** What is known of all friends of a rep, or of the one behind `linkId`, in a handful of grouped reads. */
export async function knownFriends(
  kit: Pick<Kit, 'db' | 'clock'>,
  rep: RepKey,
  linkId?: string,
): Promise<KnownFriend[]> {
  const now = kit.clock.business();
  const mine =
    linkId === undefined
      ? `l.accountId = ? AND l.userId = ? AND l.state IN ('friend', 'half')`
      : `l.accountId = ? AND l.userId = ? AND l.id = ?`;
  const key: Scalar[] = [rep.accountId, rep.userId, ...(linkId === undefined ? [] : [linkId])];
  const all = <T>(sql: string, params: readonly Scalar[] = []) =>
    linkId === undefined
      ? kit.db.longRead<T>(sql, [...key, ...params])
      : kit.db.read.all<T>(sql, [...key, ...params]);
  /**
   * Identities of the persons behind the links: those of both channels. The order is held (the embedded
   * engine takes CROSS JOIN at its word): from the rep's links outwards, never from everybody's timelines.
   */
  const theirs = `staff_link l CROSS JOIN identity me ON me.id = l.identityId
    CROSS JOIN identity i ON i.personId = me.personId`;

  const [links, activity, identities, opened, lost, tasks, sends, aways] = await Promise.all([
    all<LinkRow>(
      `SELECT l.id AS linkId, me.id AS identityId, me.personId, me.externalId AS externalUserId,
         l.state, l.addedAt, l.addCount, l.addWay, sl.stage, sl.stageAt, sl.laterUntil,
         p.displayName, c.name AS profileName, c.avatar,
         CASE WHEN l.addedAt >= ${now - recent}
           THEN ${giverAt('l.identityId', 'l.userId', 'l.addedAt')} END AS giver
       FROM staff_link l JOIN identity me ON me.id = l.identityId
       JOIN person p ON p.id = me.personId
       LEFT JOIN contact_profile c ON c.identityId = me.id
       LEFT JOIN sales_link sl ON sl.linkId = l.id WHERE ${mine}`,
    ),
    all<{ personId: string; days: number; firstAt: number; lastAt: number }>(
      `SELECT me.personId AS personId, COUNT(DISTINCT t.at - t.at % ${day}) AS days,
         MIN(t.at) AS firstAt, MAX(t.at) AS lastAt
       FROM ${theirs} CROSS JOIN timeline_entry t ON t.identityId = i.id
       WHERE ${mine} AND t.at >= ? AND t.kind IN (${marksFor(activeKinds)}) GROUP BY me.personId`,
      [now - halfYear, ...activeKinds],
    ),
    all<{ personId: string; identityId: string }>(
      `SELECT me.personId AS personId, i.id AS identityId FROM ${theirs} WHERE ${mine}`,
    ),
    all<{ linkId: string; title: string; times: number; at: number }>(
      `SELECT l.id AS linkId, s.title, s.openCount AS times, s.lastOpenedAt AS at
       FROM staff_link l JOIN sales_send s ON s.identityId = l.identityId AND s.userId = l.userId
       WHERE ${mine} AND s.lastOpenedAt >= ? AND s.openCount >= 2 ORDER BY s.lastOpenedAt`,
      [now - recent],
    ),
    all<{ personId: string; unfollowedAt: number | null; optedOutAt: number | null }>(
      `SELECT me.personId AS personId, MAX(i.optedOutAt) AS optedOutAt,
         MAX(CASE WHEN i.state = 'unfollowed' THEN i.unfollowedAt END) AS unfollowedAt
       FROM ${theirs} WHERE ${mine} AND i.kind = 'follower' GROUP BY me.personId`,
    ),
    all<{ linkId: string; title: string; dueAt: number }>(
      `SELECT l.id AS linkId, t.title, t.dueAt
       FROM staff_link l JOIN sales_task t ON t.identityId = l.identityId AND t.userId = l.userId
       WHERE ${mine} AND t.state = 'open' AND t.dueAt <= ? ORDER BY t.dueAt DESC`,
      [now],
    ),
    all<{ linkId: string; at: number }>(
      `SELECT l.id AS linkId, MAX(s.sentAt) AS at
       FROM staff_link l JOIN sales_send s ON s.identityId = l.identityId AND s.userId = l.userId
       WHERE ${mine} AND s.state = 'sent' GROUP BY l.id`,
    ),
    all<{ linkId: string; at: number }>(
      `SELECT l.id AS linkId, MAX(e.at) AS at
       FROM staff_link l JOIN link_episode e ON e.identityId = l.identityId AND e.userId = l.userId
       WHERE ${mine} AND l.addCount > 1 AND e.at < l.addedAt AND e.kind NOT IN ('added', 'half-added')
       GROUP BY l.id`,
    ),
  ]);

  const by = <Row, Name extends keyof Row>(rows: readonly Row[], name: Name) =>
    new Map(rows.map((row) => [row[name], row]));
  const activeBy = by(activity, 'personId');
  const lostBy = by(lost, 'personId');
  const openedBy = by(opened, 'linkId');
  const taskBy = by(tasks, 'linkId');
  const sentBy = by(sends, 'linkId');
  const awayBy = by(aways, 'linkId');
  const personOf = new Map(identities.map((row) => [row.identityId, row.personId]));
  const lines = await recentLines(kit, [...personOf.keys()], now - recent);
  const linesBy = new Map<string, QuestionLine[]>();
  for (const line of lines) {
    const personId = personOf.get(line.identityId) ?? '';
    linesBy.set(personId, [...(linesBy.get(personId) ?? []), line]);
  }

  return links.map(
    ({
      state,
      addedAt,
      addCount,
      laterUntil,
      addWay,
      giver,
      displayName,
      profileName,
      ...link
    }) => {
      const active = activeBy.get(link.personId);
      const goneAt = awayBy.get(link.linkId)?.at;
      const task = taskBy.get(link.linkId);
      return {
        ...link,
        name: displayName ?? profileName,
        facts: {
          ...{ isFriend: state === 'friend' || state === 'half', addedAt, addCount, laterUntil },
          handedOver: giver !== null || addWay === assigned ? { from: giver } : null,
          awayDays:
            goneAt === undefined || addedAt === null ? null : Math.floor((addedAt - goneAt) / day),
          unanswered: openQuestion(pairQuestions(linesBy.get(link.personId) ?? [])),
          opened: openedBy.get(link.linkId) ?? null,
          activeDays: active?.days ?? 0,
          firstActiveAt: active?.firstAt ?? null,
          lastActiveAt: active?.lastAt ?? null,
          unfollowedAt: lostBy.get(link.personId)?.unfollowedAt ?? null,
          optedOutAt: lostBy.get(link.personId)?.optedOutAt ?? null,
          task: task ?? null,
          lastSentAt: sentBy.get(link.linkId)?.at ?? null,
        },
      };
    },
  );
}

const identitiesAtOnce = 1_000;
/** As one customer has; more may take long. */
const fewIdentities = 20;

/** Looked up identity by identity: a join would tempt the server to begin with everybody's messages of these days. */
async function recentLines(
  { db }: Pick<Kit, 'db'>,
  identityIds: readonly string[],
  since: number,
): Promise<QuestionLine[]> {
  const lines: QuestionLine[] = [];
  for (let from = 0; from < identityIds.length; from += identitiesAtOnce) {
    const some = identityIds.slice(from, from + identitiesAtOnce);
    const sql = `SELECT id, identityId, at, kind, params FROM timeline_entry
      WHERE identityId IN (${marksFor(some)}) AND at >= ? AND kind IN (${marksFor(questionKinds)})`;
    const params = [...some, since, ...questionKinds];
    const found = await (identityIds.length > fewIdentities
      ? db.longRead<QuestionLine>(sql, params)
      : db.read.all<QuestionLine>(sql, params));
    lines.push(...found);
  }
  return lines;
}
