import { execute, type Scalar, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { judgingNow, membersWhere, readRule, type Sql } from '../segments';
import type { CapWindow } from './mass-cap';

/** Whom a message is meant for, before anybody is left out. */
export type Wanted = {
  readonly accountId: string;
  /** Of `identity i`, as a condition; null: every customer. */
  readonly members: Sql | null;
  readonly caps: readonly CapWindow[];
};

/** A rule's persons by any of their identities: who is a customer may never have followed an account. */
export async function membersOf(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  rule: string | null,
): Promise<Sql | null> {
  if (rule === null) return null;
  const judging = await judgingNow(kit);
  return membersWhere(readRule(JSON.parse(rule), judging.fields), judging, { kinds: 'any' });
}

const ownRep = (only: string) => `SELECT l.userId FROM staff_link l
  LEFT JOIN staff s ON s.accountId = l.accountId AND s.userId = l.userId
  WHERE l.identityId = c.id AND l.accountId = c.accountId AND l.state = 'friend'${only}
  ORDER BY l.addedAt DESC, l.userId LIMIT 1`;

/**
 * Customers of the corp, each with the rep who added them last and is still there, or with why they are
 * left out: `identityId`, `accountId`, `externalUserId`, `userId`, `reason`.
 */
export function audienceSql({ accountId, members, caps }: Wanted): Sql {
  const params: Scalar[] = [];
  const full = caps.map(({ since, most }) => {
    params.push(since, most);
    return `(SELECT COUNT(*) FROM outreach_recipient r
      JOIN outreach m ON m.id = r.outreachId AND m.kind = 'message' WHERE r.identityId = c.id
      AND (r.state IN ('queued', 'waiting') OR (r.state = 'sent' AND r.sentAt >= ?))) >= ?`;
  });
  params.push(accountId);
  const among = members
    ? ` AND c.personId IN (SELECT i.personId FROM identity i WHERE ${members.text})`
    : '';
  params.push(...(members?.params ?? []));
  return {
    text: `SELECT c.id AS identityId, c.accountId, c.externalId AS externalUserId,
      (${ownRep(` AND COALESCE(s.status, 'active') = 'active'`)}) AS userId,
      CASE WHEN EXISTS (SELECT 1 FROM identity o WHERE o.personId = c.personId
          AND o.optedOutAt IS NOT NULL) THEN 'opted-out'
        WHEN NOT EXISTS (${ownRep('')}) THEN 'not-a-friend'
        WHEN NOT EXISTS (${ownRep(` AND COALESCE(s.status, 'active') = 'active'`)})
          THEN 'rep-inactive'
        WHEN ${full.join(' OR ')} THEN 'capped' END AS reason
    FROM identity c WHERE c.accountId = ? AND c.kind = 'external-contact'${among}`,
    params,
  };
}

/** Persons of the segment whom no rep of the corp ever had as a customer. */
export function outsidersSql({ accountId, members }: Wanted): Sql | undefined {
  if (!members) return undefined;
  return {
    text: `SELECT COUNT(DISTINCT i.personId) AS n FROM identity i WHERE ${members.text}
      AND NOT EXISTS (SELECT 1 FROM identity c WHERE c.personId = i.personId
        AND c.accountId = ? AND c.kind = 'external-contact')`,
    params: [...members.params, accountId],
  };
}

/** Everybody who is meant becomes a row, in one statement; who is left out too, with the reason. */
export function freezeAudience(
  tx: Tx,
  outreachId: string,
  { text, params }: Sql,
  now: number,
): Promise<number> {
  return execute(
    tx,
    `INSERT INTO outreach_recipient (outreachId, identityId, accountId, externalUserId, userId,
       orderId, state, reason, sentAt, changedAt)
     SELECT ?, a.identityId, a.accountId, a.externalUserId, a.userId, NULL,
       CASE WHEN a.reason IS NULL THEN 'queued' ELSE 'left-out' END, a.reason, NULL, ?
     FROM (${text}) a`,
    [outreachId, now, ...params],
  );
}
