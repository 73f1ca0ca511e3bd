import { specsIn } from '../../attachments';
import { recordVersions } from '../../kernel/access';
import { marksFor, type Reader } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { addedSince, midnight, namesIn, planOf, type StoredWay } from './read-way';
import { broughtSql } from './way-statistics';

type Total = { accountId: string; source: string; n: number | string; still: number | string };

/** Codes as the API shows them, with who is behind each and what it brought. */
export async function presentWays(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  ways: readonly StoredWay[],
) {
  if (ways.length === 0) return [];
  const { read } = kit.db;
  const names = await staffNames(read, [...new Set(ways.map(({ accountId }) => accountId))]);
  const totals = await read.all<Total>(
    ways
      .map(
        () => `SELECT b.accountId, b.source, COUNT(*) AS n,
          SUM(CASE WHEN l.state IN ('friend', 'half') THEN 1 ELSE 0 END) AS still
        FROM (${broughtSql}) b
        JOIN staff_link l ON l.identityId = b.identityId AND l.userId = b.userId
        GROUP BY b.accountId, b.source`,
      )
      .join(' UNION ALL '),
    ways.flatMap(({ accountId, state }) => [accountId, state]),
  );
  const versions = await recordVersions(
    read,
    'contact-way',
    ways.map(({ id }) => id),
  );
  const since = midnight(kit.clock.business(), kit.settings.orgZone);
  return Promise.all(
    ways.map(async (way) => {
      const { accountId, state } = way;
      const rep = (userId: string) => ({
        ...{ userId, name: names.get(`${accountId} ${userId}`) ?? userId },
      });
      const total = totals.find((one) => one.accountId === accountId && one.source === state);
      const today = await addedSince(read, way, since);
      return {
        version: versions.get(way.id) ?? 0,
        ...{ id: way.id, accountId, kind: way.kind, name: way.name, state },
        isSingle: way.isSingle === 1,
        ...{ plan: planOf(way) as WritablePlan, capPerDay: way.capPerDay },
        ...{ skipsVerification: way.skipsVerification === 1, tags: namesIn(way.tags) },
        ...{ remark: way.remark, welcome: way.welcome, qrUrl: way.qrUrl },
        linkUrl: way.linkUrl,
        attachments: specsIn(way.attachments),
        behind: namesIn(way.behind).map(rep),
        trouble: way.trouble,
        ...{ added: Number(total?.n ?? 0), friends: Number(total?.still ?? 0) },
        today: [...today].map(([userId, added]) => ({ ...rep(userId), added })),
        createdAt: new Date(way.createdAt).toISOString(),
      };
    }),
  );
}

type WritablePlan = {
  userIds: string[];
  shifts: { weekdays: number[]; from: string; to: string; userIds: string[] }[];
  spare: string[];
};

async function staffNames(
  read: Reader,
  accountIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await read.all<{ accountId: string; userId: string; name: string }>(
    `SELECT accountId, userId, name FROM staff WHERE accountId IN (${marksFor(accountIds)})`,
    accountIds,
  );
  return new Map(rows.map(({ accountId, userId, name }) => [`${accountId} ${userId}`, name]));
}
