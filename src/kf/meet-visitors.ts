import type { InboundEvent } from '../channels/inbound-event';
import type { KfVisitor, WeComAgent, WeComClient } from '../channels/wecom';
import { execute, insertRows, lockRows, marksFor, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { joinByUnionid } from '../relationships';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'log'>;
type Unmet = { id: string; externalId: string };

/** WeCom takes so many ids in one question. */
const atOnce = 100;

/**
 * Asks who wrote, once for each visitor. A unionid makes one person of them and a follower; a failure only
 * leaves them nameless until they write again.
 */
export async function meetVisitors(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  events: readonly InboundEvent[],
): Promise<void> {
  const ids = [...new Set(events.map(({ openid }) => openid))];
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce);
    const unmet = await kit.db.read.all<Unmet>(
      `SELECT i.id, i.externalId FROM identity i LEFT JOIN contact_profile c ON c.identityId = i.id
       WHERE i.accountId = ? AND i.externalId IN (${marksFor(some)}) AND c.identityId IS NULL`,
      [agent.id, ...some],
    );
    if (unmet.length === 0) continue;
    try {
      const wanted = unmet.map(({ externalId }) => externalId);
      const visitors = await wecom.getKfVisitors(agent, wanted);
      await kit.db.transact((tx) => keepVisitors(kit, tx, agent.id, visitors));
    } catch (error) {
      kit.log.warn('kf.visitors', { error });
    }
  }
}

async function keepVisitors(
  kit: Part,
  tx: Tx,
  accountId: string,
  visitors: readonly KfVisitor[],
): Promise<void> {
  const told = visitors.map(({ externalUserId }) => externalUserId);
  if (told.length === 0) return;
  // Who was erased while WeCom was asked is not found any more.
  const met = await select<Unmet>(
    tx,
    `SELECT id, externalId FROM identity
     WHERE accountId = ? AND externalId IN (${marksFor(told)}) ORDER BY externalId${lockRows(tx, 'wait')}`,
    [accountId, ...told],
  );
  const idOf = new Map(met.map(({ id, externalId }) => [externalId, id]));
  const fetchedAt = kit.clock.business();
  for (const { externalUserId, name, avatar, unionid } of visitors) {
    const identityId = idOf.get(externalUserId);
    if (identityId === undefined) continue;
    const profile = {
      ...{ identityId, name: name.slice(0, 64), kind: 'wechat', company: null, position: null },
      ...{ avatar: avatar === '' ? null : avatar.slice(0, 255), fetchedAt },
    };
    // What the address book says of a friend is more, and stays.
    await insertRows(tx, 'contact_profile', [profile], { onConflict: ['identityId'] });
    if (unionid === undefined) continue;
    const sql = `UPDATE identity SET unionid = ? WHERE id = ?`;
    await execute(tx, sql, [unionid, identityId]);
    await joinByUnionid(kit, tx, unionid);
  }
}
