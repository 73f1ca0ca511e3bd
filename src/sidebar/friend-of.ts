import { recordChange, type Actor } from '../kernel/access';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { contactJob, erasedAmong } from '../relationships';
import { repOf } from './rep-of';

/** A customer this rep is or was a friend of, with the link between the two. */
export type Friend = {
  linkId: string;
  identityId: string;
  personId: string;
  externalUserId: string;
  state: string;
  firstAddedAt: number | null;
  addedAt: number | null;
  endedAt: number | null;
  addCount: number;
  addWay: string | null;
  source: string | null;
  remark: string | null;
};

/**
 * A rep keeps what they saw of somebody who left them or was handed over, up to that day: what comes after
 * belongs to others. Undefined while the two are friends.
 */
export const endOf = ({ state, endedAt }: Pick<Friend, 'state' | 'endedAt'>): number | undefined =>
  state === 'friend' || state === 'half' ? undefined : (endedAt ?? undefined);

type Part = Pick<Kit, 'db' | 'clock' | 'cache' | 'newId' | 'seal' | 'work'>;

const notedForMs = 60_000;
/** Whoever asks for more strangers a minute is trying ids: what goes beyond is neither noted nor looked up. */
const mostStrangers = 20;
const askedForMs = 5 * 60_000;

/**
 * The id the page got from WeCom is a claim: without a link of this very rep, in this very corp, there is no
 * such customer, and that somebody asked is written down.
 */
export async function friendOf(kit: Part, actor: Actor, externalUserId: string): Promise<Friend> {
  const { accountId, userId } = repOf(actor);
  const [friend] = await kit.db.read.all<Friend>(
    `SELECT l.id AS linkId, i.id AS identityId, i.personId, i.externalId AS externalUserId, l.state,
       l.firstAddedAt, l.addedAt, l.endedAt, l.addCount, l.addWay, l.source, l.remark
     FROM identity i JOIN staff_link l ON l.identityId = i.id
     WHERE i.accountId = ? AND i.externalId = ? AND i.kind = 'external-contact'
       AND l.userId = ? AND l.state <> 'none'`,
    [accountId, externalUserId, userId],
  );
  if (friend) return friend;
  const key = `sidebar:stranger:${userId}:${markOf(kit, accountId, externalUserId)}`;
  const isNews = await kit.cache.setIfAbsent(key, '1', notedForMs);
  if (isNews && (await mayAsk(kit, accountId, userId))) {
    const isErased = await noteStranger(kit, actor, accountId, externalUserId);
    if (!isErased) await askWeCom(kit, accountId, userId, externalUserId);
  }
  throw new NotFound();
}

/** The same for what changes or tells something of now: a former friend is refused. */
export async function presentFriendOf(
  kit: Part,
  actor: Actor,
  externalUserId: string,
): Promise<Friend> {
  const friend = await friendOf(kit, actor, externalUserId);
  if (endOf(friend) !== undefined) throw new Conflict('friend_ended');
  return friend;
}

/** Of somebody who was erased the pseudonym is written, and nobody is asked for more. */
async function noteStranger(
  kit: Part,
  actor: Actor,
  accountId: string,
  externalUserId: string,
): Promise<boolean> {
  return kit.db.transact(async (tx) => {
    const erased = await erasedAmong(tx, kit.seal, accountId, [externalUserId]);
    const named = erased.get(externalUserId)?.pseudonym ?? externalUserId;
    await recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: 'sidebar.stranger-asked' },
      ...{ targetKind: 'external-contact', targetId: named.slice(0, 64) },
    });
    return erased.size > 0;
  });
}

/** The cache holds nobody's id. */
const markOf = ({ seal }: Pick<Kit, 'seal'>, accountId: string, externalUserId: string) =>
  seal.fingerprint(`${accountId}:${externalUserId}`);

async function mayAsk(kit: Part, accountId: string, userId: string): Promise<boolean> {
  const key = `sidebar:strangers:${accountId}:${userId}`;
  return (await kit.cache.increment(key, notedForMs)) <= mostStrangers;
}

/** A friend from before we were connected may not have been read yet: WeCom knows, and the next look finds them. */
async function askWeCom(
  kit: Part,
  accountId: string,
  userId: string,
  externalUserId: string,
): Promise<void> {
  if (!/^w[mo][\w-]{8,62}$/.test(externalUserId)) return;
  const key = `sidebar:asked:${markOf(kit, accountId, externalUserId)}`;
  if (!(await kit.cache.setIfAbsent(key, '1', askedForMs))) return;
  const at = kit.clock.business();
  const job = contactJob({ accountId, externalUserId, userId, at, dueAt: at });
  await kit.db.transact((tx) =>
    enqueue(tx, [{ ...job, id: kit.newId(), createdAt: kit.clock.system() }]),
  );
  kit.work.ring();
}
