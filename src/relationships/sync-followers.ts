import { z } from 'zod';
import type { AccountBook } from '../accounts';
import type { FollowerDetail, OfficialAccountClient } from '../channels/official-account';
import { recordChange, requireAccount } from '../kernel/access';
import { execute, insertRows, lockRows, marksFor, select, type Tx } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { advanceProgress, enqueue, startProgress } from '../kernel/work';
import { followFanTags, readFanTags } from './corp-tags';
import { stillHidden } from './erased-ids';
import { startContactSync } from './friends';
import { startRoomSync } from './rooms';
import { joinAllByUnionid } from './join-people';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'log' | 'seal' | 'work'>;
type Payload = {
  accountId: string;
  progressId: string;
  /** The last openid of the page before: where this page begins. */
  after: string;
  done: number;
  /** WeChat's tags are followed; those of the list were read on the first page. */
  withTags?: boolean;
};

const kind = 'sync-followers';
const batch = 100;

/**
 * Reads the followers an account has already: one page of ids a job, details in batches, each page's rows
 * and the next page's job in one transaction, so a killed sync goes on where it was.
 */
export function registerFollowerSync(
  kit: Part,
  book: AccountBook,
  officialAccounts: OfficialAccountClient,
): void {
  kit.work.on(kind, async ({ payload }) => {
    await syncPage(kit, book, officialAccounts, payload as Payload);
  });
}

export async function startFollowerSync(
  kit: Part,
  tx: Tx,
  accountId: string,
  name: string,
): Promise<string> {
  const progressId = kit.newId();
  const at = kit.clock.system();
  await startProgress(tx, {
    id: progressId,
    kind: 'sync',
    titleCode: 'progress.sync-followers',
    accountId,
    params: { name },
    total: 0,
    at,
  });
  const payload: Payload = { accountId, progressId, after: '', done: 0 };
  await enqueue(tx, [
    {
      id: kit.newId(),
      kind,
      dedupeKey: `${accountId}:${progressId}:start`,
      payload,
      dueAt: kit.clock.business(),
      createdAt: at,
      accountId,
      priority: 7,
    },
  ]);
  return progressId;
}

async function syncPage(
  kit: Part,
  book: AccountBook,
  officialAccounts: OfficialAccountClient,
  payload: Payload,
): Promise<void> {
  const channel = book.channelOrThrow(payload.accountId);
  const page = await officialAccounts.listFollowers(channel, payload.after);
  const withTags = payload.withTags ?? (await readFanTags(kit, officialAccounts, channel));
  let done = payload.done;
  for (let from = 0; from < page.openids.length; from += batch) {
    const openids = page.openids.slice(from, from + batch);
    const details = await officialAccounts.getFollowers(channel, openids);
    done += openids.length;
    await kit.db.transact(async (tx) => {
      await keepFollowers(kit, tx, payload.accountId, details, withTags);
      await advanceProgress(tx, payload.progressId, {
        done,
        total: page.total,
        at: kit.clock.system(),
      });
    });
    faultPoint('sync.after-batch');
  }
  const last = page.openids.at(-1);
  await kit.db.transact(async (tx) => {
    if (last === undefined || page.next === undefined) {
      await advanceProgress(tx, payload.progressId, {
        done,
        total: Math.max(done, page.total),
        at: kit.clock.system(),
        state: 'done',
      });
      return;
    }
    const next: Payload = { ...payload, after: page.next, done, withTags };
    await enqueue(tx, [
      {
        id: kit.newId(),
        kind,
        dedupeKey: `${payload.progressId}:${done}`,
        payload: next,
        dueAt: kit.clock.business(),
        createdAt: kit.clock.system(),
        accountId: payload.accountId,
        priority: 7,
      },
    ]);
  });
  kit.work.ring();
}

/** Adds who is missing and fills gaps; what callbacks told us is never overwritten by an older fact. */
async function keepFollowers(
  kit: Part,
  tx: Tx,
  accountId: string,
  read: readonly FollowerDetail[],
  withTags: boolean,
): Promise<void> {
  const openids = read.map((detail) => detail.openid);
  if (openids.length === 0) return;
  const known = await select<{ externalId: string; id: string; state: string }>(
    tx,
    `SELECT id, externalId, state FROM identity
     WHERE accountId = ? AND externalId IN (${marksFor(openids)}) ORDER BY externalId${lockRows(tx, 'wait')}`,
    [accountId, ...openids],
  );
  const knownIds = new Map(known.map((row) => [row.externalId, row]));
  const unknown = read.filter((detail) => !knownIds.has(detail.openid));
  const acts = unknown.map(({ openid, isFollowing, followedAt = 0 }) => ({
    ...{ id: openid, at: isFollowing ? followedAt : 0 },
  }));
  const hidden = await stillHidden(tx, kit.seal, accountId, acts);
  const details = read.filter(({ openid }) => !hidden.has(openid));
  const fresh = unknown.filter(({ openid }) => !hidden.has(openid));
  const now = kit.clock.business();
  const made = fresh.map((detail) => {
    const followedAt = detail.followedAt ?? now;
    const following = detail.isFollowing;
    return {
      id: kit.newId(),
      accountId,
      kind: 'follower',
      externalId: detail.openid,
      personId: kit.newId(),
      unionid: detail.unionid ?? null,
      state: following ? 'following' : 'unknown',
      stateAt: following ? followedAt : null,
      firstFollowedAt: following ? followedAt : null,
      followedAt: following ? followedAt : null,
      unfollowedAt: null,
      followCount: following ? 1 : 0,
      sourceKind: sourceOf(detail),
      sourceScene: detail.scene ?? null,
      firstScene: detail.scene ?? null,
      lastActiveAt: followedAt,
      lastInboundAt: null,
      optedOutAt: null,
      windows: null,
      offered: null,
      attended: null,
      coolDowns: null,
      createdAt: kit.clock.system(),
    };
  });
  await insertRows(
    tx,
    'person',
    made.map((row) => ({ id: row.personId, displayName: null, createdAt: row.createdAt })),
  );
  await insertRows(tx, 'identity', made);
  const following = made.filter((row) => row.followedAt !== null);
  await insertRows(
    tx,
    'episode',
    following.map((row) => ({
      id: kit.newId(),
      identityId: row.id,
      accountId,
      kind: 'followed',
      at: row.followedAt,
      sourceKind: row.sourceKind,
      scene: row.sourceScene,
      nth: 1,
    })),
  );
  await insertRows(
    tx,
    'timeline_entry',
    following.map((row) => ({
      id: kit.newId(),
      identityId: row.id,
      accountId,
      at: row.followedAt,
      kind: 'followed',
      params: JSON.stringify({
        nth: 1,
        synced: true,
        ...(row.sourceScene ? { scene: row.sourceScene } : {}),
      }),
      refKind: null,
      refId: null,
    })),
  );
  for (const detail of details) {
    const row = knownIds.get(detail.openid);
    if (!row || !detail.unionid) continue;
    await execute(tx, `UPDATE identity SET unionid = ? WHERE id = ? AND unionid IS NULL`, [
      detail.unionid,
      row.id,
    ]);
  }
  if (withTags) {
    const ids = new Map(made.map((row) => [row.externalId, row.id]));
    const carriers = details.flatMap((detail) => {
      const known = knownIds.get(detail.openid)?.id;
      const id = known ?? ids.get(detail.openid);
      return id === undefined ? [] : [{ id, detail, isFirst: known === undefined }];
    });
    await followFanTags(kit, tx, accountId, carriers);
  }
  const unionids = details.flatMap(({ unionid }) => (unionid ? [unionid] : []));
  await joinAllByUnionid(kit, tx, unionids);
}

/** WeChat's word in ours: `ADD_SCENE_QR_CODE` becomes `qr_code`; new words pass as they are. */
function sourceOf(detail: FollowerDetail): string | null {
  if (detail.scene) return 'scene';
  return detail.source === ''
    ? null
    : detail.source
        .replace(/^ADD_SCENE_/, '')
        .toLowerCase()
        .slice(0, 32);
}

export function followerSyncOperation(kit: Kit, book: AccountBook): Operation {
  return operation(
    {
      method: 'POST',
      path: '/api/v1/accounts/{id}/sync',
      permission: 'accounts.edit',
      summary:
        'Read who is there already: followers of an Official Account, staff and friends of a corp',
      params: z.object({ id: z.string().max(26) }),
      response: z.object({ progressId: z.string() }),
      status: 202,
    },
    async ({ actor, params }) => {
      requireAccount(actor, params.id);
      const account = book.getOrThrow(params.id);
      const isCorp = account.kind === 'wecom';
      if (isCorp) book.weComOrThrow(params.id);
      else book.channelOrThrow(params.id);
      const progressId = await kit.db.transact(async (tx) => {
        await recordChange(tx, actor, {
          ...{ id: kit.newId(), at: kit.clock.system(), action: 'account.sync-started' },
          ...{ targetKind: 'account', targetId: account.id, after: { name: account.name } },
        });
        if (!isCorp) return startFollowerSync(kit, tx, account.id, account.name);
        await startRoomSync(kit, tx, account.id, account.name);
        return startContactSync(kit, tx, account.id, account.name);
      });
      kit.work.ring();
      return { progressId };
    },
  );
}
