import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { SandboxDriver } from '../accounts';
import { demoInbox } from './inbox-words';

/** Followers who asked for a person just now, on their own phones, and replies to answer them with. */
export async function addConversations(kit: Kit, driver: SandboxDriver): Promise<void> {
  const [made] = await kit.db.read.all(`SELECT id FROM canned_reply LIMIT 1`);
  if (made) return;
  const people = await kit.db.read.all<{ openid: string }>(
    `SELECT i.externalId AS openid FROM identity i JOIN person p ON p.id = i.personId
     WHERE i.kind = 'follower' AND i.state = 'following' AND p.displayName IS NOT NULL
     ORDER BY i.lastActiveAt DESC, i.id LIMIT ${demoInbox.waiting.length}`,
  );
  for (const [place, said] of demoInbox.waiting.entries()) {
    const openid = people[place]?.openid;
    if (openid === undefined) break;
    for (const text of said) await driver.post(`/people/${openid}/say`, { text });
  }
  const at = kit.clock.business();
  const rows = demoInbox.canned.map((reply) => ({
    ...{ id: kit.newId(), accountId: null, ...reply, createdAt: at, updatedAt: at },
  }));
  await kit.db.transact((tx) => insertRows(tx, 'canned_reply', rows));
}
