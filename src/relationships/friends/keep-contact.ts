import { addWayName, type ContactDetail, type StaffLink } from '../../channels/wecom';
import { engineOf, execute, insertRows, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { joinByUnionid } from '../join-people';
import { keepLink, type LinkKey } from './keep-link';

type Part = Pick<Kit, 'clock' | 'newId'>;
type Known = { id: string };
type KnownLink = { state: string; endedAt: number | null };

/**
 * Writes what WeCom says of a contact now. What the ledger knows is never turned back: a list can only
 * tell of an adding that we did not hear of. Learning the unionid makes one person of two identities.
 */
export async function keepContact(
  kit: Part,
  tx: Tx,
  accountId: string,
  { contact, links }: ContactDetail,
): Promise<string> {
  const { externalUserId, unionid } = contact;
  const identityId = await lockedIdentity(kit, tx, accountId, externalUserId);
  const profile = {
    name: contact.name.slice(0, 64),
    avatar: contact.avatar === '' ? null : contact.avatar.slice(0, 255),
    kind: contact.kind,
    company: contact.company?.slice(0, 64) ?? null,
    position: contact.position?.slice(0, 64) ?? null,
    fetchedAt: kit.clock.business(),
  };
  await insertRows(tx, 'contact_profile', [{ identityId, ...profile }], {
    onConflict: ['identityId'],
    update: Object.keys(profile),
  });
  for (const link of links) {
    await keepStaffLink(kit, tx, { identityId, accountId, userId: link.userId }, link);
  }
  if (unionid !== undefined) {
    await execute(tx, `UPDATE identity SET unionid = ? WHERE id = ?`, [unionid, identityId]);
    await joinByUnionid(kit, tx, unionid);
  }
  return identityId;
}

async function lockedIdentity(
  kit: Part,
  tx: Tx,
  accountId: string,
  externalId: string,
): Promise<string> {
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  const find = async () => {
    const sql = `SELECT id FROM identity WHERE accountId = ? AND externalId = ?${lock}`;
    const [known] = await select<Known>(tx, sql, [accountId, externalId]);
    return known?.id;
  };
  const known = await find();
  if (known !== undefined) return known;
  const [id, personId, createdAt] = [kit.newId(), kit.newId(), kit.clock.system()];
  const kind = 'external-contact';
  const state = 'unknown';
  await insertRows(tx, 'person', [{ id: personId, displayName: null, createdAt }]);
  await insertRows(tx, 'identity', [
    { id, accountId, kind, externalId, personId, state, followCount: 0, version: 0, createdAt },
  ]);
  return id;
}

async function keepStaffLink(kit: Part, tx: Tx, key: LinkKey, link: StaffLink): Promise<void> {
  const [known] = await select<KnownLink>(
    tx,
    `SELECT state, endedAt FROM staff_link WHERE identityId = ? AND userId = ?`,
    [key.identityId, key.userId],
  );
  const at = link.addedAt ?? kit.clock.business();
  const isOpen = known?.state === 'friend' || known?.state === 'half';
  const isNews = !known || (!isOpen && at > (known.endedAt ?? 0));
  if (isNews) {
    await keepLink(tx, kit.newId, key, [
      { kind: 'added', at, source: link.state, learnedBy: 'sync' },
    ]);
    await execute(
      tx,
      `UPDATE identity SET lastActiveAt = ? WHERE id = ? AND COALESCE(lastActiveAt, 0) < ?`,
      [at, key.identityId, at],
    );
  }
  await execute(
    tx,
    `UPDATE staff_link SET remark = ?, addWay = ?, addedBy = ?, source = COALESCE(?, source)
     WHERE identityId = ? AND userId = ?`,
    [
      link.remark === '' ? null : link.remark.slice(0, 64),
      addWayName(link.addWay),
      addedBy(link),
      link.state ?? null,
      key.identityId,
      key.userId,
    ],
  );
}

/** Nothing when WeCom does not say. */
function addedBy({ operator, userId }: StaffLink): 'rep' | 'customer' | 'other' | null {
  if (operator === '') return null;
  if (operator === userId) return 'rep';
  return /^w[mo]/.test(operator) ? 'customer' : 'other';
}
