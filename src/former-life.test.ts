import { addFollowers, openSendingWorld } from '../test/support/sending-world';
import { MoneyWorld } from '../test/support/money-world';
import { openKit, type TestKit } from '../test/support/open-kit';
import { takeUpFormerLife } from './former-life';
import { enqueue } from './kernel/work';
import { freezeAudience, startSendRun, type RunMessage } from './sending';

const inHalfAMinute = () => Date.now() + 30_000;
const soon = () => Date.now() + 2_500;

let kit: TestKit;
beforeEach(async () => {
  kit = await openKit();
});
afterEach(() => kit.close());

const write = (sql: string, ...params: (string | number)[]) =>
  kit.db.group((raw) => raw.run(sql, params));
const leasesOf = async (table: string) => {
  const rows = await kit.db.read.all<{ leaseUntil: number | null }>(
    `SELECT leaseUntil FROM ${table}`,
  );
  return rows.map((row) => row.leaseUntil);
};
const hold = (table: string, until: number) =>
  write(`UPDATE ${table} SET leaseBy = 'dead', leaseUntil = ?`, until);
const takeUp = () => kit.db.transact(takeUpFormerLife);

test('red packets and their runs are taken up soon after the start', async () => {
  const world = await MoneyWorld.open(kit, 3);
  await world.started();
  await hold('promotion_run', inHalfAMinute());
  await takeUp();
  expect(Number((await leasesOf('promotion_run'))[0])).toBeLessThan(soon());

  await world.expireLeases();
  await world.drain();
  await hold('payout', inHalfAMinute());
  await takeUp();
  const leases = await leasesOf('payout');
  expect(leases).toHaveLength(3);
  for (const until of leases) expect(Number(until)).toBeLessThan(soon());
});

test('messages on their way are asked about again soon, by the usual way; a lease that ends before that stays', async () => {
  const { sending, wechat, accountId } = await openSendingWorld(kit);
  const [first] = await addFollowers(kit, accountId, 2);
  const at = kit.clock.business();
  const message: RunMessage = { type: 'template', templateId: 'T', title: '提醒', data: {} };
  const run = { id: kit.newId(), accountId };
  await kit.db.transact(async (tx) => {
    await startSendRun(tx, { ...run, origin: 'campaign', title: '提醒', message, at });
    const everybody = { text: `i.kind = ?`, params: ['follower'] };
    await freezeAudience(tx, { ...run, dueAt: at }, everybody);
  });
  await write(`UPDATE delivery SET state = 'sending', firstSentAt = ?, tries = 1`, at);
  await hold('delivery', inHalfAMinute());
  await write(`UPDATE delivery SET leaseUntil = 5 WHERE identityId = ?`, first?.identityId ?? '');
  await takeUp();
  const leases = (await leasesOf('delivery')).map(Number).sort((a, b) => a - b);
  expect(leases[0]).toBe(5);
  expect(leases[1]).toBeGreaterThan(Date.now());
  expect(leases[1]).toBeLessThan(soon());

  await sending.sender.drain();
  expect(wechat.received).toHaveLength(1);
  await wechat.close();
});

test('a job waits for its lease: deaths of the process are not to be counted as its own', async () => {
  const job = { id: kit.newId(), kind: 'anything', payload: {}, dueAt: 1, createdAt: 1 };
  await kit.db.transact((tx) => enqueue(tx, [job]));
  const until = inHalfAMinute();
  await hold('job', until);
  await takeUp();
  expect(await leasesOf('job')).toEqual([until]);
});
