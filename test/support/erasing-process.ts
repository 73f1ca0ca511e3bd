/**
 * Plants a person and erases them, or goes on with it: `DATA_DIR=… [DATABASE_URL=… REDIS_URL=…] [KILL=before:9] tsx
 * erasing-process.ts order|go-on`. `KILL` ends the process with the power cut of a SIGKILL, before or after the nth
 * commit of the job; `FAULT` at a named place. Lines of the log go to the output.
 */
import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InboundEvent } from '../../src/channels/inbound-event';
import { registerErasing } from '../../src/forgetting';
import { orderErasure } from '../../src/forgetting/order-erasure';
import { countPerson } from '../../src/forgetting/count-person';
import { Intake } from '../../src/intake';
import type { Cache } from '../../src/kernel/cache/cache';
import { permissions, type Actor } from '../../src/kernel/access';
import { execute, type Db } from '../../src/kernel/database';
import { armFault } from '../../src/kernel/faults';
import type { Kit } from '../../src/kernel/kit';
import { openLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit, type RunningKit } from '../../src/open-kit';
import { trackRelationship } from '../../src/relationships';
import { friendOf } from '../../src/sidebar/friend-of';
import { anAccount } from './an-account';
import { plantTheRest, token } from './planted-person';

/** As long as those of WeCom. */
const outsideId = `wm${token}`.padEnd(32, 'x');

const operator: Actor = {
  ...{ kind: 'operator', id: 'op', name: 'Op' },
  ...{ permissions: new Set(permissions), accountIds: 'all' },
};

/** The nth commit of the work is the last thing this process does, or what it does not come to. */
function dying(db: Db, kill: string | undefined): Db {
  const [when, nth] = (kill ?? '').split(':');
  let left = Number(nth);
  const die = () => process.kill(process.pid, 'SIGKILL');
  const transact: Db['transact'] = async (work) => {
    left -= 1;
    if (left !== 0) return db.transact(work);
    const done = await db.transact(async (tx) => {
      const result = await work(tx);
      if (when === 'before') die();
      return result;
    });
    die();
    return done;
  };
  return new Proxy(db, {
    get: (target, name) =>
      name === 'transact' ? transact : (Reflect.get(target, name, target) as unknown),
  });
}

/** What is put into the cache, key and value, whichever cache it is. */
function noting(cache: Cache, file: string): Cache {
  return new Proxy(cache, {
    get: (target, name) => {
      const real = Reflect.get(target, name, target) as unknown;
      if (typeof real !== 'function') return real;
      return (...given: unknown[]) => {
        appendFileSync(file, `${JSON.stringify(given)}\n`);
        return Reflect.apply(real, target, given) as unknown;
      };
    },
  });
}

/** Somebody with the token in every column, who is told of in the log, too, and was asked for by a stranger. */
async function plant(kit: RunningKit, accountId: string) {
  const at = kit.clock.business();
  let nth = 0;
  const event = (facts: object, openid: string) => {
    const messageId = String((nth += 1));
    const head = { accountId, appId: 'wxA', laneKey: `${accountId}:${openid}`, openid, at };
    return { ...head, dedupeKey: `m:${messageId}:${openid}`, messageId, ...facts } as InboundEvent;
  };
  const intake = new Intake(kit, [
    (one, state) => {
      if (one.kind === 'scanned') throw new Error(`nothing is known of ${one.openid}`);
      return { changes: trackRelationship(one, state) };
    },
  ]);
  await intake.take(event({ kind: 'followed' }, outsideId));
  await intake.take(event({ kind: 'text', text: `我住在${token}路` }, outsideId));
  await intake.take(event({ kind: 'scanned', scene: 'x' }, outsideId));
  const [row] = await kit.db.read.all<{ id: string; personId: string }>(
    `SELECT id, personId FROM identity WHERE externalId = ?`,
    [outsideId],
  );
  const { id: identityId, personId } = row ?? { id: '', personId: '' };
  await plantTheRest(kit, outsideId, { identityId, personId, accountId });
  return { identityId, personId };
}

/** A rep asks for them, and is no friend of theirs. */
async function askOf(kit: Kit, accountId: string): Promise<void> {
  const rep = { accountId, agentId: '1', userId: 'rose' };
  const actor: Actor = { ...operator, kind: 'rep', id: 'rose', rep };
  await friendOf(kit, actor, outsideId).catch(() => undefined);
}

async function order(kit: RunningKit): Promise<void> {
  const { id: accountId } = await anAccount(kit, { appId: 'wxA' });
  const { identityId, personId } = await plant(kit, accountId);
  kit.work.on('fetch-contact', () => Promise.reject(new Error(`nobody knows ${outsideId}`)));
  await askOf(kit, accountId);
  await kit.work.drain();
  kit.log.warn('repair.unread', { externalId: outsideId, path: `/contacts/${outsideId}/sends` });
  const counts = await countPerson(kit.db, [identityId]);
  await orderErasure(kit, operator, personId, counts);
}

async function goOn(kit: RunningKit): Promise<void> {
  // As if the half minute had passed after which the work of the dead is taken up.
  await kit.db.transact((tx) => execute(tx, `UPDATE job SET leaseUntil = 1 WHERE leaseUntil > 1`));
  const [account] = await kit.db.read.all<{ id: string }>(`SELECT id FROM account`);
  await askOf(kit, account?.id ?? '');
}

async function main(): Promise<void> {
  const settings = readSettings();
  const open = await openKit(settings, openLog({ level: 'debug', readable: false }));
  const kit = { ...open, cache: noting(open.cache, join(settings.dataDir, 'cache.txt')) };
  await (process.argv[2] === 'order' ? order(kit) : goOn(kit));
  armFault(settings.fault);
  registerErasing({ ...kit, db: dying(kit.db, process.env['KILL']) });
  await kit.work.drain();
  await kit.work.stop();
  await kit.closeKit();
}

void main();
