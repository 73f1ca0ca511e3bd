import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboundEvent } from '../channels/inbound-event';
import { anAccount } from '../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { plantTheRest, token } from '../../test/support/planted-person';
import { serveApi } from '../../test/support/serve-api';
import { whereIs } from '../../test/support/where-is';
import { AccountBook } from '../accounts';
import { Intake, replayEvent, type EventHandler } from '../intake';
import type { Scalar } from '../kernel/database';
import { peopleOperations, trackRelationship } from '../relationships';
import { claimQueued } from '../sending/claim-deliveries';
import { erasureOperations, registerErasing } from './index';

const openid = `o${token}OPENID`;
const other = 'oSOMEBODYELSE';

/** Somebody whose every column holds a word that stands nowhere else, and somebody beside them. */
async function aKnownPerson(bare: TestKit) {
  const dataDir = mkdtempSync(join(tmpdir(), 'guanxi-erase-'));
  const kit = { ...bare, settings: { ...bare.settings, dataDir } };
  registerErasing(kit);
  const { id: accountId } = await anAccount(kit, { appId: 'wxA' });
  const book = await AccountBook.open(kit);
  const receivedFen = () => Promise.resolve(new Map<string, number>());
  const api = await serveApi(kit, [
    ...peopleOperations(kit, { book, receivedFen }),
    ...erasureOperations(kit),
  ]);
  const intake = new Intake(kit, [
    (event, state) => ({
      changes: trackRelationship(event, state),
      ...(event.kind === 'text' && { reply: { kind: 'text', text: `${event.text}!` } }),
    }),
  ]);
  let nth = 0;
  const take = (facts: Record<string, unknown>, who = openid) => {
    nth += 1;
    const messageId = `m${String(nth)}`;
    const head = { accountId, appId: 'wxA', laneKey: `${accountId}:${who}`, openid: who };
    const rest = { dedupeKey: `m:${messageId}:${who}`, messageId, at: kit.clock.business() };
    return intake.take({ ...head, ...rest, ...facts } as unknown as InboundEvent);
  };
  const all = <Row>(sql: string, params: Scalar[] = []) => kit.db.read.all<Row>(sql, params);
  const found = async (who: string) =>
    (
      await all<{ id: string; personId: string }>(
        `SELECT id, personId FROM identity WHERE externalId = ?`,
        [who],
      )
    )[0] ?? { id: '', personId: '' };

  await take({ kind: 'followed' });
  await take({ kind: 'text', text: `我住在${token}路` });
  await take({ kind: 'image', mediaId: `${token}pic`, picUrl: `https://x.example/${token}` });
  await take({ kind: 'followed' }, other);
  await take({ kind: 'text', text: '几点开门' }, other);
  await take({ kind: 'room-changed', members: [openid, other] }, '');
  const { id: identityId, personId } = await found(openid);
  await api.call('PATCH', `/api/v1/people/${personId}`, { remark: `${token}小姐` });
  await api.call('POST', `/api/v1/people/${personId}/notes`, { text: `记：${token}` });
  await api.call('PUT', `/api/v1/people/${personId}/tags`, { add: ['常客'] });
  const [picture] = await all<{ id: string }>(
    `SELECT id FROM timeline_entry WHERE params LIKE '%pic%'`,
  );
  mkdirSync(join(dataDir, 'media'));
  const file = join(dataDir, 'media', picture?.id ?? '');
  writeFileSync(file, `image/png\n${token}`);
  await plantTheRest(kit, openid, { identityId, personId, accountId });
  return { kit, api, take, all, found, identityId, personId, accountId, dataDir, file };
}

/** The file of the embedded engine with everything that was committed, also what nothing points to any more. */
async function databaseBytes(kit: TestKit): Promise<string> {
  if (kit.db.engine !== 'sqlite') return '';
  await kit.database.writer.query('PRAGMA wal_checkpoint(TRUNCATE)');
  const [main] = await kit.db.read.all<{ file: string }>('PRAGMA database_list');
  const bytes = readFileSync(main?.file ?? '', 'latin1');
  expect(bytes).toContain('inbound_event');
  return bytes;
}

onBothEngines('erasing a person', (open) => {
  test('their word is in the copy before, and nowhere after; episodes and money stay', async () => {
    const world = await aKnownPerson(await open());
    const { kit, api, personId, identityId } = world;
    const path = `/api/v1/people/${personId}`;
    const planted = await whereIs(kit, token);
    const counts = await api.call('GET', `${path}/erasure`);
    const copy = await api.call('POST', `${path}/copy`, {});
    const money = `SELECT SUM(amountFen) AS fen, COUNT(*) AS n FROM payout`;
    const before = await world.all(money);

    const ordered = await api.call('POST', `${path}/erasure`, {});
    await kit.work.drain();
    const left = await whereIs(kit, token);
    const bytes = await databaseBytes(kit);
    const shown = await api.call('GET', path);
    const audit = await world.all<{ action: string; valueAfter: string | null }>(
      `SELECT action, valueAfter FROM audit_entry WHERE targetId = ? ORDER BY id`,
      [personId],
    );
    const episodes = await world.all(`SELECT kind FROM episode WHERE identityId = ?`, [identityId]);
    const noted = await api.call('POST', `${path}/notes`, { text: '她是…' });
    const again = await api.call('POST', `${path}/erasure`, {});
    await api.close();

    // Every column of the map that a word can stand in.
    expect(planted.length).toBeGreaterThanOrEqual(35);
    expect(counts.body).toMatchObject({
      ...{ messages: 2, media: 1, notes: 1, tasks: 1, tags: 1, fields: 1, phones: 1 },
      ...{ conversations: 1, stays: { episodes: 1, payouts: 1, paidFen: 880 } },
    });
    const copied = JSON.stringify(copy.body);
    for (const word of [
      `我住在${token}路`,
      `记：${token}`,
      `${token}小姐`,
      openid,
      '13800000001',
    ]) {
      expect(copied).toContain(word);
    }
    expect(copied).not.toContain('几点开门');
    expect(copied).not.toContain(`${token}key`);
    expect(ordered.status).toBe(202);
    expect(left).toEqual([]);
    expect(bytes).not.toContain(token);
    expect(existsSync(world.file)).toBe(false);
    const files = readdirSync(world.dataDir, { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(token);
    }
    expect(shown.body.name).toMatch(/^已注销的关注者 [0-9A-F]{4}$/);
    expect(audit.map(({ action }) => action).slice(-3)).toEqual([
      'person.copied',
      'person.erasure-ordered',
      'person.erased',
    ]);
    expect(JSON.parse(audit.at(-1)?.valueAfter ?? '{}')).toMatchObject({ messages: 2, events: 3 });
    expect(await world.all(money)).toEqual(before);
    expect(episodes).toEqual([{ kind: 'followed' }]);
    expect(noted.body).toMatchObject({ code: 'person_erased' });
    expect(again.body).toMatchObject({ code: 'person_erased' });
    // Of the other one nothing is missing, also where both stood together.
    expect(await whereIs(kit, '几点开门')).toEqual([
      'inbound_event.payload',
      'inbound_event.reply',
      'timeline_entry.params',
    ]);
    const rooms = await world.all<{ payload: string }>(
      `SELECT payload FROM inbound_event WHERE kind = 'room-changed'`,
    );
    expect(rooms[0]?.payload).toMatch(/erased:.*oSOMEBODYELSE/);
  });

  test('whoever writes again is somebody new, and what waited is skipped as erased', async () => {
    const world = await aKnownPerson(await open());
    const { kit, api, take, accountId, identityId } = world;
    await api.call('POST', `/api/v1/people/${world.personId}/erasure`, {});

    await take({ kind: 'text', text: '我回来了' });
    const now = await world.found(openid);
    const run = { id: `CAMP${'0'.repeat(22)}`, accountId, channel: 'template', origin: 'campaign' };
    const time = kit.clock.business();
    const lease = { owner: 'o', databaseNow: time, untilAt: time + 1, now: time };
    const { claimed } = await kit.db.group((raw) =>
      claimQueued(raw, run as Parameters<typeof claimQueued>[1], lease, 10),
    );
    await kit.work.drain();
    const [delivery] = await world.all(`SELECT state, reason FROM delivery WHERE runId = ?`, [
      run.id,
    ]);
    const lines = await world.all(`SELECT kind FROM timeline_entry WHERE identityId = ?`, [now.id]);
    await api.close();

    expect(now.id).not.toBe(identityId);
    expect(now.personId).not.toBe(world.personId);
    expect(lines).toEqual([{ kind: 'message-in' }]);
    expect(claimed).toEqual([]);
    expect(delivery).toEqual({ state: 'skipped', reason: 'erased' });
  });

  test('what happened before and comes late leaves nothing, and a replay of it neither', async () => {
    const world = await aKnownPerson(await open());
    const { kit, api, take, all } = world;
    const past = kit.clock.business() - 60_000;
    const poison = new Intake(kit, [
      () => {
        throw new Error('a handler of an installation');
      },
    ]);
    const text = { kind: 'text', messageId: 'm77', text: '一分钟以前', at: past } as const;
    const head = { accountId: world.accountId, appId: 'wxA', openid, laneKey: 'l' };
    await poison.take({ ...head, ...text, dedupeKey: `m:m77:${openid}` });
    await api.call('POST', `/api/v1/people/${world.personId}/erasure`, {});
    const [failed] = await all<{ eventId: string }>(
      `SELECT eventId FROM failed_event WHERE cause LIKE '%installation%'`,
    );

    const track: EventHandler = (event, state) => ({ changes: trackRelationship(event, state) });
    const isReplayed = await replayEvent(kit, [track], failed?.eventId ?? '');
    for (const kind of ['followed', 'unfollowed', 'text']) {
      await take({ kind, at: past, text: `${token}late` });
    }
    await take({ kind: 'unfollowed' });
    await take({ kind: 'location-reported', latitude: 1, longitude: 2, precision: 3 });
    const identities = await all(`SELECT id FROM identity`);
    await kit.work.drain();
    const left = [await whereIs(kit, token), await whereIs(kit, '一分钟以前')];
    await take({ kind: 'text', text: '我回来了' });
    await api.close();

    expect(isReplayed).toBe(true);
    expect(identities).toHaveLength(2);
    expect(left).toEqual([[], []]);
    expect((await world.found(openid)).id).not.toBe('');
    expect(await all(`SELECT digest FROM erased_id`)).toEqual([]);
  });

  test('a receipt of what was sent to them still counts', async () => {
    const { kit, api, personId, accountId } = await aKnownPerson(await open());
    await api.call('POST', `/api/v1/people/${personId}/erasure`, {});
    const heard: string[] = [];
    const intake = new Intake(kit, [({ kind }) => void heard.push(kind)]);
    const head = { accountId, appId: 'wxA', laneKey: 'l', openid, at: kit.clock.business() };
    const receipt = { kind: 'template-receipt', messageId: '9', outcome: 'delivered', reason: '' };

    await intake.take({ ...head, ...receipt, dedupeKey: `e:1:${openid}` } as InboundEvent);
    await intake.take({ ...head, kind: 'profile-modified', dedupeKey: `e:2:${openid}` });
    await kit.work.drain();
    await api.close();

    expect(heard).toEqual(['template-receipt']);
    expect(await whereIs(kit, openid)).toEqual([]);
  });

  test('a killed job goes on; money that may be under way holds the order back; a limited operator is refused', async () => {
    const world = await aKnownPerson(await open());
    const { kit, api, personId, accountId } = world;
    const path = `/api/v1/people/${personId}/erasure`;
    const setState = (state: string) =>
      kit.db.transact((tx) => tx.query(`UPDATE payout SET state = '${state}'`));
    await setState('unknown');
    const held = await api.call('POST', path, {});
    await setState('received');
    api.as({ accountIds: ['elsewhere'] });
    const unseen = await api.call('POST', path, {});
    api.as({ accountIds: [accountId] });
    let steps = 0;
    const real = kit.db.transact.bind(kit.db);
    await api.call('POST', path, {});
    const cut = jest.spyOn(kit.db, 'transact').mockImplementation((work) => {
      steps += 1;
      return steps === 12 ? Promise.reject(new Error('the power went')) : real(work);
    });
    await kit.work.drain();
    const half = await whereIs(kit, token);
    cut.mockRestore();
    kit.clock.advance(3_600_000);
    await kit.work.drain();
    await api.close();

    expect([held.body.code, unseen.status]).toEqual(['erase_money_underway', 404]);
    expect(half.length).toBeGreaterThan(0);
    expect(await whereIs(kit, token)).toEqual([]);
    expect(await world.all(`SELECT state FROM erasure`)).toEqual([{ state: 'done' }]);
  });
});
