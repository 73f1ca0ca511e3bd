import type { AccountBook } from '../../accounts';
import { marksFor, type Db } from '../../kernel/database';

type ContactRow = {
  id: string;
  accountId: string;
  externalId: string;
  state: string;
  firstFollowedAt: number | null;
  followedAt: number | null;
  unfollowedAt: number | null;
};

type ProfileRow = {
  identityId: string;
  name: string;
  kind: string;
  company: string | null;
  position: string | null;
};

type LinkRow = {
  identityId: string;
  userId: string;
  repName: string | null;
  state: string;
  firstAddedAt: number | null;
  addedAt: number | null;
  endedAt: number | null;
  repDeletedAt: number | null;
  customerDeletedAt: number | null;
  addCount: number;
  addedBy: string | null;
  addWay: string | null;
  source: string | null;
  wayName: string | null;
  remark: string | null;
};

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** External contacts as the API shows them, each with every rep that has or had them as a friend. */
export async function presentContacts(db: Db, book: AccountBook, rows: readonly ContactRow[]) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const marks = marksFor(ids);
  const [profiles, links] = await Promise.all([
    db.read.all<ProfileRow>(
      `SELECT identityId, name, kind, company, position FROM contact_profile
       WHERE identityId IN (${marks})`,
      ids,
    ),
    db.read.all<LinkRow>(
      `SELECT l.*, s.name AS repName, w.name AS wayName FROM staff_link l
       LEFT JOIN contact_way w ON w.accountId = l.accountId AND w.state = l.source
       LEFT JOIN staff s ON s.accountId = l.accountId AND s.userId = l.userId
       WHERE l.identityId IN (${marks}) ORDER BY l.firstAddedAt, l.id`,
      ids,
    ),
  ]);
  return rows.map((row) => {
    const profile = profiles.find(({ identityId }) => identityId === row.id);
    const account = book.find(row.accountId);
    return {
      identityId: row.id,
      accountId: row.accountId,
      corpId: account?.platformId ?? '',
      accountName: account?.name ?? '',
      externalUserId: row.externalId,
      name: profile?.name ?? null,
      kind: profile?.kind ?? null,
      company: profile?.company ?? null,
      position: profile?.position ?? null,
      state: row.state,
      firstAddedAt: iso(row.firstFollowedAt),
      addedAt: iso(row.followedAt),
      endedAt: iso(row.unfollowedAt),
      reps: links.filter(({ identityId }) => identityId === row.id).map(presentLink),
    };
  });
}

function presentLink(link: LinkRow) {
  return {
    userId: link.userId,
    name: link.repName,
    state: link.state,
    firstAddedAt: iso(link.firstAddedAt),
    addedAt: iso(link.addedAt),
    endedAt: iso(link.endedAt),
    repDeletedAt: iso(link.repDeletedAt),
    customerDeletedAt: iso(link.customerDeletedAt),
    addCount: link.addCount,
    addedBy: link.addedBy,
    addWay: link.addWay,
    source: link.source,
    wayName: link.wayName,
    remark: link.remark,
  };
}
