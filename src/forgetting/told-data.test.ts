import type { InboundEvent } from '../channels/inbound-event';
import { anAccount } from '../../test/support/an-account';
import { onBothEngines, someDay, type TestKit } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { Intake } from '../intake';
import { execute, insertRows } from '../kernel/database';
import { trackRelationship } from '../relationships';
import { planForgetLeft, registerErasing, retentionOperation } from './index';

const dayMs = 86_400_000;
const openid = 'oTELLS';

async function aWorld(kit: TestKit) {
  registerErasing(kit);
  const { id: accountId } = await anAccount(kit, { appId: 'wxA' });
  const intake = new Intake(kit, [
    (event, state) => ({ changes: trackRelationship(event, state) }),
  ]);
  let nth = 0;
  const take = (facts: Record<string, unknown>, who = openid) => {
    nth += 1;
    const messageId = `m${String(nth)}`;
    const head = { accountId, appId: 'wxA', laneKey: `${accountId}:${who}`, openid: who };
    const rest = { dedupeKey: `${messageId}:${who}`, messageId, at: kit.clock.business() };
    return intake.take({ ...head, ...rest, ...facts } as unknown as InboundEvent);
  };
  const all = <Row>(sql: string, params: string[] = []) => kit.db.read.all<Row>(sql, params);
  const identityOf = async (who = openid) =>
    (await all<{ id: string }>(`SELECT id FROM identity WHERE externalId = ?`, [who]))[0]?.id ?? '';
  const named = async (who = openid, isBack = false) => {
    const identityId = await identityOf(who);
    const at = kit.clock.business();
    await kit.db.transact(async (tx) => {
      await insertRows(tx, 'contact_profile', [
        { identityId, name: '林晓', avatar: null, kind: 'wechat', fetchedAt: at },
      ]);
      if (isBack) return;
      await insertRows(tx, 'identity_phone', [
        { id: kit.newId(), identityId, phone: '+8613800000001', heldBy: 'rep', notedBy: '', at },
        { id: kit.newId(), identityId, phone: '+8613800000002', heldBy: '', notedBy: 'op', at },
      ]);
    });
  };
  const texts = async () => {
    const rows = [
      ...(await all(`SELECT kind, params FROM timeline_entry ORDER BY id`)),
      ...(await all(`SELECT kind, payload FROM inbound_event ORDER BY id`)),
      ...(await all(`SELECT name FROM contact_profile`)),
      ...(await all(`SELECT phone FROM identity_phone`)),
    ];
    return JSON.stringify(rows);
  };
  const place = { kind: 'location', latitude: 31.2, longitude: 121.4, scale: 16, label: '武康路' };
  return { kit, accountId, take, all, named, texts, identityOf, place };
}

onBothEngines('what WeChat told', (open) => {
  test('withdrawn authorisation deletes the data it names, and says so', async () => {
    const world = await aWorld(await open());
    await world.take({ kind: 'followed' });
    await world.take({ kind: 'text', text: '几点开门' });
    await world.take(world.place);
    await world.take({ kind: 'voice', mediaId: 'v1', format: 'amr', recognised: '要两件' });
    await world.named();

    await world.take({ kind: 'authorization-revoked', codes: ['205', '206'] });
    const atOnce = await world.all<{ name: string }>(`SELECT name FROM contact_profile`);
    const places = await world.all<{ params: string }>(
      `SELECT params FROM timeline_entry WHERE params LIKE '%location%'`,
    );
    await world.kit.work.drain();
    const left = await world.texts();

    expect(atOnce).toEqual([]);
    expect(places.map(({ params }) => params)).toEqual(['{"messageKind":"location"}']);
    expect(left).not.toMatch(/林晓|武康路|31\.2/);
    // What the codes do not name stays.
    expect(left).toMatch(/几点开门/);
    expect(left).toMatch(/要两件/);
    expect(left).toMatch(
      /"authorization-revoked","params":"{\\"codes\\":\[\\"205\\",\\"206\\"\]}"/,
    );
  });

  test('a closed WeChat account loses all of it; a stranger leaves no trace', async () => {
    const world = await aWorld(await open());
    await world.take({ kind: 'followed' });
    await world.take(world.place);
    await world.take({ kind: 'image', mediaId: 'pic1', picUrl: 'https://mmbiz.example/p' });
    await world.named();

    await world.take({ kind: 'profile-cancelled' });
    await world.take({ kind: 'authorization-revoked', codes: ['205'] }, 'oSTRANGER');
    await world.kit.work.drain();
    const left = await world.texts();

    expect(left).not.toMatch(/林晓|武康路|pic1|mmbiz|13800000001/);
    // The one an operator checked with them is not WeChat's word.
    expect(left).toMatch(/13800000002/);
    expect(await world.identityOf('oSTRANGER')).toBe('');
  });

  test('thirty days after leaving the profile goes, once; coming back fills it in again', async () => {
    const world = await aWorld(await open());
    const { kit, take } = world;
    await kit.db.transact((tx) => planForgetLeft(kit, tx));
    for (const who of ['oLEFT', 'oLATE', 'oSTAYS']) {
      await take({ kind: 'followed' }, who);
      await take(world.place, who);
      await world.named(who);
    }
    await take({ kind: 'unfollowed' }, 'oLEFT');
    const nightly = async (at: number) => {
      kit.clock.set(at);
      await kit.schedules.beat();
      await kit.work.drain();
      return (
        await world.all<{ who: string }>(
          `SELECT i.externalId AS who FROM contact_profile c JOIN identity i ON i.id = c.identityId
         ORDER BY who`,
        )
      ).map(({ who }) => who);
    };

    const early = await nightly(someDay + 29 * dayMs);
    await take({ kind: 'unfollowed' }, 'oLATE');
    const due = await nightly(someDay + 31 * dayMs);
    const book = await AccountBook.open(kit);
    const api = await serveApi(kit, [retentionOperation(kit, book)]);
    const told = await api.call('GET', `/api/v1/accounts/${world.accountId}/retention`);
    await api.close();
    const again = await nightly(someDay + 32 * dayMs);
    const marks = await world.all<{ at: number }>(`SELECT at FROM cleared_profile`);
    await take({ kind: 'followed' }, 'oLEFT');
    await world.named('oLEFT', true);
    const back = await nightly(someDay + 33 * dayMs);
    await take({ kind: 'unfollowed' }, 'oLEFT');
    const secondTime = await nightly(someDay + 70 * dayMs);

    expect([early, due, again]).toEqual([
      ['oLATE', 'oLEFT', 'oSTAYS'],
      ['oLATE', 'oSTAYS'],
      ['oLATE', 'oSTAYS'],
    ]);
    expect(told.body).toMatchObject({ days: 30, people: 1 });
    expect(marks.map(({ at }) => at)).toEqual([expect.any(Number)]);
    expect(back).toEqual(['oLATE', 'oLEFT', 'oSTAYS']);
    expect(secondTime).toEqual(['oSTAYS']);
    const places = await world.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM inbound_event WHERE payload LIKE '%武康路%'`,
    );
    expect(places).toEqual([{ n: 1 }]);
  });

  test('a night that was cut off goes on with those it has not seen', async () => {
    const world = await aWorld(await open());
    const { kit, take } = world;
    const people = Array.from({ length: 70 }, (_, index) => `oP${String(index)}`);
    for (const kind of ['followed', 'unfollowed']) {
      await Promise.all(people.map((who) => take({ kind }, who)));
    }
    await kit.db.transact((tx) =>
      execute(
        tx,
        `INSERT INTO contact_profile (identityId, name, kind, fetchedAt)
         SELECT id, '林晓', 'wechat', 0 FROM identity`,
      ),
    );
    kit.clock.set(someDay + 31 * dayMs);
    await kit.db.transact((tx) => planForgetLeft(kit, tx));
    let atCut = 0;
    const real = kit.db.transact.bind(kit.db);
    const cut = jest.spyOn(kit.db, 'transact').mockImplementation(async (work) => {
      const done = await real(work);
      const [row] = await world.all<{ n: number }>(`SELECT COUNT(*) AS n FROM cleared_profile`);
      if (atCut > 0 || !row?.n) return done;
      atCut = row.n;
      throw new Error('the power went');
    });
    kit.clock.set(someDay + 32 * dayMs);
    await kit.schedules.beat();
    await kit.work.drain();
    cut.mockRestore();
    kit.clock.set(kit.clock.business() + 3_600_000);
    await kit.work.drain();
    const marks = await world.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM cleared_profile WHERE hadAny = 1`,
    );
    const names = await world.all<{ n: number }>(`SELECT COUNT(*) AS n FROM contact_profile`);

    expect(atCut).toBe(50);
    expect([marks, names]).toEqual([[{ n: 70 }], [{ n: 0 }]]);
  });
});
