import {
  addWayName,
  type ContactDetail,
  type ExternalContact,
  type StaffLink,
} from '../../channels/wecom';
import { engineOf, execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { stillHidden } from '../erased-ids';
import { joinAllByUnionid } from '../join-people';
import { followLinkTags, type TagsRead } from '../corp-tags';
import { keepRemarkPhones, matchArrivals, type PhonesRead } from '../one-person';
import { tellRoomHistory } from '../rooms';
import { keepLink, writeStandings, type LinkKey } from './keep-link';
import { tellLink } from './link-history';

type Part = Pick<Kit, 'clock' | 'newId' | 'seal'>;

/** What the ledger did not know before. */
export type Kept = { readonly contacts: number; readonly links: number };

type Known = { id: string; externalId: string; unionid: string | null };
type Found = Known & { readonly detail: ContactDetail; readonly isNew: boolean };
type LinkRow = Record<string, string | number | null> & {
  identityId: string;
  userId: string;
  state: string;
  endedAt: number | null;
};
type LinkRead = { readonly key: LinkKey; readonly link: StaffLink; readonly known?: LinkRow };

/**
 * Writes what WeCom says of these contacts now: a page with a handful of statements, however many it holds.
 * What the ledger knows is never turned back: a list can only tell of an adding that we did not hear of.
 * Learning the unionid makes one person of two identities. Who was erased is passed over.
 */
export async function keepContacts(
  kit: Part,
  tx: Tx,
  accountId: string,
  reads: readonly ContactDetail[],
): Promise<Kept> {
  const details = byContact(reads);
  if (details.length === 0) return { contacts: 0, links: 0 };
  const found = await identitiesOf(kit, tx, accountId, details);
  if (found.length === 0) return { contacts: 0, links: 0 };
  await matchArrivals(kit, tx, accountId, unknownAmong(found));
  await writeProfiles(kit, tx, found);
  const links = await keepLinks(kit, tx, accountId, found);
  await learnUnionids(kit, tx, found);
  const externalIds = found.map(({ externalId }) => externalId);
  await tellRoomHistory(kit, tx, accountId, externalIds);
  return { contacts: found.filter(({ isNew }) => isNew).length, links };
}

/** Of WeChat, and told without a unionid. */
const unknownAmong = (found: readonly Found[]): string[] =>
  found
    .filter(({ detail: { contact } }) => contact.kind === 'wechat')
    .filter(({ detail: { contact } }) => contact.unionid === undefined)
    .map(({ id }) => id);

/** A page can hold one contact several times: once for each rep. */
export function byContact(reads: readonly ContactDetail[]): ContactDetail[] {
  const merged = new Map<string, { contact: ExternalContact; links: StaffLink[] }>();
  for (const { contact, links } of reads) {
    const one = merged.get(contact.externalUserId) ?? { contact, links: [] };
    for (const link of links) {
      if (!one.links.some(({ userId }) => userId === link.userId)) one.links.push(link);
    }
    merged.set(contact.externalUserId, one);
  }
  return [...merged.values()].sort((a, b) =>
    a.contact.externalUserId < b.contact.externalUserId ? -1 : 1,
  );
}

/** Locked, in the order of their ids, so that two readers cannot wait for each other. */
async function identitiesOf(
  kit: Part,
  tx: Tx,
  accountId: string,
  details: readonly ContactDetail[],
): Promise<Found[]> {
  const ids = details.map(({ contact }) => contact.externalUserId);
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  const rows = await select<Known>(
    tx,
    `SELECT id, externalId, unionid FROM identity
     WHERE accountId = ? AND externalId IN (${marksFor(ids)}) ORDER BY externalId${lock}`,
    [accountId, ...ids],
  );
  const known = new Map(rows.map((row) => [row.externalId, row]));
  const createdAt = kit.clock.system();
  const unknown = details.filter(({ contact }) => !known.has(contact.externalUserId));
  const acts = unknown.map(({ contact, links }) => ({
    id: contact.externalUserId,
    at: Math.max(...links.map(({ addedAt = 0 }) => addedAt)),
  }));
  const hidden = await stillHidden(tx, kit.seal, accountId, acts);
  const shown = details.filter(({ contact }) => !hidden.has(contact.externalUserId));
  const found = shown.map((detail): Found => {
    const { externalUserId: externalId, unionid = null } = detail.contact;
    const row = known.get(externalId);
    if (row) return { ...row, detail, isNew: false };
    return { id: kit.newId(), externalId, unionid, detail, isNew: true };
  });
  const fresh = found
    .filter(({ isNew }) => isNew)
    .map(({ id, externalId, unionid }) => ({
      ...{ id, accountId, kind: 'external-contact', externalId, personId: kit.newId(), unionid },
      ...{ state: 'unknown', followCount: 0, createdAt },
    }));
  const persons = fresh.map(({ personId: id }) => ({ id, displayName: null, createdAt }));
  await insertRows(tx, 'person', persons);
  await insertRows(tx, 'identity', fresh);
  return found;
}

async function writeProfiles(kit: Part, tx: Tx, found: readonly Found[]): Promise<void> {
  const fetchedAt = kit.clock.business();
  const rows = found.map(({ id, detail: { contact } }) => ({
    identityId: id,
    name: contact.name.slice(0, 64),
    avatar: contact.avatar === '' ? null : contact.avatar.slice(0, 255),
    kind: contact.kind,
    company: contact.company?.slice(0, 64) ?? null,
    position: contact.position?.slice(0, 64) ?? null,
    fetchedAt,
  }));
  const update = ['name', 'avatar', 'kind', 'company', 'position', 'fetchedAt'];
  await insertRows(tx, 'contact_profile', rows, { onConflict: ['identityId'], update });
}

/** How many of the links were news. */
async function keepLinks(
  kit: Part,
  tx: Tx,
  accountId: string,
  found: readonly Found[],
): Promise<number> {
  const ids = found.map(({ id }) => id);
  const rows = await select<LinkRow>(
    tx,
    `SELECT * FROM staff_link WHERE identityId IN (${marksFor(ids)})`,
    ids,
  );
  const known = new Map(rows.map((row) => [`${row.identityId} ${row.userId}`, row]));
  const reads = found.flatMap(({ id: identityId, detail }) =>
    detail.links.map((link): LinkRead => {
      const key = { identityId, accountId, userId: link.userId };
      const row = known.get(`${identityId} ${link.userId}`);
      return { key, link, ...(row && { known: row }) };
    }),
  );
  const fresh = reads.filter((read) => read.known === undefined);
  const back = reads.filter((read) => isBack(kit, read));
  await writeFresh(kit, tx, fresh);
  for (const read of back) await takeBack(kit, tx, read);
  await writeNotes(tx, reads);
  await followLinkTags(kit, tx, accountId, reads.map(tagsOf));
  await keepRemarkPhones(kit, tx, reads.map(phonesOf));
  const changed = [...new Set(fresh.map(({ key }) => key.identityId))];
  await writeStandings(tx, changed);
  const news = [...fresh, ...back];
  await markActive(kit, tx, news);
  return news.length;
}

const tagsOf = ({ key, link, known }: LinkRead): TagsRead => ({
  ...{ ...key, tagIds: link.tagIds, isFirst: known === undefined },
});

const phonesOf = ({ key, link }: LinkRead): PhonesRead => ({
  ...{ identityId: key.identityId, userId: link.userId, mobiles: link.mobiles },
});

const addedAtOf = (kit: Part, { link }: LinkRead) => link.addedAt ?? kit.clock.business();

/** An ended link that is there again: added anew, or never gone at all. */
function isBack(kit: Part, read: LinkRead): boolean {
  const { known } = read;
  if (!known || known.state === 'friend' || known.state === 'half') return false;
  return known.state === 'gone' || addedAtOf(kit, read) > (known.endedAt ?? 0);
}

async function writeFresh(kit: Part, tx: Tx, fresh: readonly LinkRead[]): Promise<void> {
  const told = fresh.map((read) => {
    const { key, link } = read;
    const at = addedAtOf(kit, read);
    const episode = { id: kit.newId(), kind: 'added' as const, at, source: link.state ?? null };
    return { key, link, episode, ...tellLink([episode]) };
  });
  await insertRows(
    tx,
    'link_episode',
    told.map(({ key, episode }) => {
      const { id, kind, at, source } = episode;
      return { id, ...key, kind, at, source, learnedBy: 'sync' };
    }),
    { onConflict: ['identityId', 'userId', 'at', 'kind'] },
  );
  await insertRows(
    tx,
    'staff_link',
    told.map(({ key, link, now }) => ({ id: kit.newId(), ...key, ...now, ...notesOf(link) })),
  );
  await insertRows(
    tx,
    'timeline_entry',
    told.flatMap(({ key, lines }) =>
      lines.map(({ episodeId, at, kind, params }) => ({
        ...{ id: kit.newId(), identityId: key.identityId, accountId: key.accountId, at, kind },
        params: JSON.stringify({ userId: key.userId, ...params }),
        ...{ refKind: 'link-episode', refId: episodeId },
      })),
    ),
  );
}

/** Rare: a rep whose contact came back unheard, or who was thought gone and is not. */
async function takeBack(kit: Part, tx: Tx, read: LinkRead): Promise<void> {
  const { key, link, known } = read;
  const at = addedAtOf(kit, read);
  const isAnew = at > (known?.endedAt ?? 0);
  if (!isAnew) {
    const sql = `DELETE FROM link_episode WHERE identityId = ? AND userId = ? AND kind = 'gone'`;
    await execute(tx, sql, [key.identityId, key.userId]);
  }
  const added = { kind: 'added', at, source: link.state, learnedBy: 'sync' } as const;
  await keepLink(tx, kit.newId, key, isAnew ? [added] : []);
}

/** Remark and way of adding, where they are not what we have. */
async function writeNotes(tx: Tx, reads: readonly LinkRead[]): Promise<void> {
  const changed = reads.flatMap(({ link, known }) => {
    if (!known) return [];
    const notes = notesOf(link);
    const row = { ...known, ...notes, source: link.state ?? known['source'] ?? null };
    const isSame = noted.every((name) => known[name] === row[name]);
    return isSame ? [] : [row];
  });
  await insertRows(tx, 'staff_link', changed, {
    ...{ onConflict: ['identityId', 'userId'], update: noted },
  });
}

const noted = ['remark', 'addWay', 'addedBy', 'source'] as const;

const notesOf = (link: StaffLink) => ({
  remark: link.remark === '' ? null : link.remark.slice(0, 64),
  addWay: addWayName(link.addWay),
  addedBy: addedBy(link),
});

async function markActive(kit: Part, tx: Tx, news: readonly LinkRead[]): Promise<void> {
  const latest = new Map<string, number>();
  for (const read of news) {
    const { identityId } = read.key;
    latest.set(identityId, Math.max(latest.get(identityId) ?? 0, addedAtOf(kit, read)));
  }
  if (latest.size === 0) return;
  const whens = [...latest].map(() => 'WHEN ? THEN ?').join(' ');
  const at = `CASE id ${whens} END`;
  const pairs = [...latest].flat();
  const ids = [...latest.keys()];
  await execute(
    tx,
    `UPDATE identity SET lastActiveAt = ${at}
     WHERE id IN (${marksFor(ids)}) AND COALESCE(lastActiveAt, 0) < ${at}`,
    [...pairs, ...ids, ...pairs],
  );
}

async function learnUnionids(kit: Part, tx: Tx, found: readonly Found[]): Promise<void> {
  const unionids: string[] = [];
  for (const { id, unionid: before, detail } of found) {
    const { unionid } = detail.contact;
    if (unionid === undefined) continue;
    unionids.push(unionid);
    if (before === unionid) continue;
    await execute(tx, `UPDATE identity SET unionid = ? WHERE id = ?`, [unionid, id]);
  }
  await joinAllByUnionid(kit, tx, unionids);
}

/** Nothing when WeCom does not say. */
function addedBy({ operator, userId }: StaffLink): 'rep' | 'customer' | 'other' | null {
  if (operator === '') return null;
  if (operator === userId) return 'rep';
  return /^w[mo]/.test(operator) ? 'customer' : 'other';
}
