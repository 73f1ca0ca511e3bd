import { aFollower } from '../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { openOfficialAccounts } from '../channels/official-account';
import { openWeCom } from '../channels/wecom';
import { execute, insertRows } from '../kernel/database';
import { AccountBook, accountOperations, addAccountsFromSettings } from './index';

const corpId = 'ww1234567890abcdef';
const key = 'k'.repeat(43);
const form = (more: object = {}) => ({
  ...{ kind: 'wecom', name: '山茶花', platformId: corpId, agentId: '1000002' },
  ...{ secrets: { appSecret: 's'.repeat(43), token: 'token1', encodingAesKey: key } },
  ...more,
});

onBothEngines('corps', (open) => {
  async function api(given: TestKit, aheadBy = 0) {
    const { clock } = given;
    const business = () => clock.business() + aheadBy;
    const moved = {
      system: () => clock.system(),
      business,
      sleep: (ms: number) => clock.sleep(ms),
    };
    const kit = { ...given, clock: moved };
    const book = await AccountBook.open(kit);
    const officialAccounts = openOfficialAccounts({
      ...kit,
      hostsOf: ({ id }) => book.hostsOf(id),
    });
    const wecom = openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) });
    const merchants = {
      health: () => Promise.resolve({ state: 'unknown' as const, lastOkAt: null }),
      ask: () => Promise.resolve(undefined),
    };
    const operations = accountOperations(kit, book, { officialAccounts, wecom }, merchants);
    return { book, served: await serveApi(given, operations) };
  }

  test('a corp is one account, another app of it joins, and secrets stay sealed', async () => {
    const kit = await open();
    const { book, served } = await api(kit);

    const made = await served.call('POST', '/api/v1/accounts', form());
    const again = await served.call('POST', '/api/v1/accounts', form());
    const second = await served.call('POST', '/api/v1/accounts', form({ agentId: '1000003' }));
    await served.close();
    const rows = await kit.db.read.all<{ secrets: string }>(`SELECT secrets FROM account`);

    expect(made.status).toBe(201);
    expect(again.status).toBe(409);
    expect(second.body.id).toBe(made.body.id);
    expect(second.body.apps.map((app: { callbackUrl: string }) => app.callbackUrl)).toEqual([
      `${kit.settings.publicUrl}/callback/wecom/${corpId}/1000002`,
      `${kit.settings.publicUrl}/callback/wecom/${corpId}/1000003`,
    ]);
    expect(book.weComAgent(corpId, '1000003')).toMatchObject({ secret: 's'.repeat(43) });
    expect(book.weComAgent(corpId, '1000004')).toBeUndefined();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.secrets).not.toContain('token1');
  });

  test('health says who is reached, each customer once and each friendship by itself, in business time', async () => {
    const kit = await open();
    const month = 30 * 86_400_000;
    const { served } = await api(kit, month);
    const { body } = await served.call('POST', '/api/v1/accounts', form());
    const accountId = String(body.id);
    const before = (await served.call('GET', `/api/v1/accounts/${accountId}`)).body.health;
    const heardAt = kit.clock.system() - 60_000;
    const one = await aFollower(kit, { accountId, set: { kind: 'external-contact' } });
    const pairs = { anna: 'friend', ben: 'half', carl: 'left', dora: 'dropped' };
    await kit.db.transact(async (tx) => {
      await execute(tx, `UPDATE account SET lastCallbackAt = ? WHERE id = ?`, [heardAt, accountId]);
      for (const [userId, state] of Object.entries(pairs)) {
        const link = { id: kit.newId(), identityId: one.id, accountId, userId, state };
        await insertRows(tx, 'staff_link', [{ ...link, addCount: 1 }]);
      }
    });

    const { health } = (await served.call('GET', `/api/v1/accounts/${accountId}`)).body;
    await served.close();

    expect(before).toMatchObject({ followers: 0, friendships: 0, listedThoughLeft: 0 });
    expect(before.callback).toEqual({ state: 'never', lastAt: null });
    expect(health).toMatchObject({ followers: 1, friendships: 2, listedThoughLeft: 1 });
    expect(health.callback).toEqual({
      state: 'ok',
      lastAt: new Date(heardAt + month).toISOString(),
    });
  });

  test('secrets change for the app that is named; one switched off hears nothing', async () => {
    const kit = await open();
    const { book, served } = await api(kit);
    const { body } = await served.call('POST', '/api/v1/accounts', form());
    await served.call('POST', '/api/v1/accounts', form({ agentId: '1000003' }));
    const path = `/api/v1/accounts/${String(body.id)}`;

    const encodingAesKey = 'n'.repeat(43);
    await served.call('PATCH', path, { agentId: '1000003', secrets: { encodingAesKey } });
    const [first, other] = book.weComApps(String(body.id));
    await served.call('PATCH', path, { enabled: false });
    await served.close();

    expect(first).toMatchObject({ encodingAesKey: key });
    expect(other).toMatchObject({ encodingAesKey, previousEncodingAesKey: key });
    expect(book.weComAgent(corpId, '1000002')).toBeUndefined();
  });

  test('a first corp comes by the environment, once, and wholly', async () => {
    const plain = await open();
    const settings = { ...plain.settings, weComCorpId: corpId, weComAgentId: '1000002' };
    const kit = { ...plain, settings };
    const book = await AccountBook.open(kit);
    const whole = { weComSecret: 's'.repeat(43), weComToken: 'token1', weComEncodingAesKey: key };

    await expect(addAccountsFromSettings(kit, book)).rejects.toThrow('WECOM_SECRET');
    const complete = { ...kit, settings: { ...settings, ...whole } };
    await addAccountsFromSettings(complete, book);
    await addAccountsFromSettings(complete, book);

    expect(book.all()).toHaveLength(1);
    expect(book.weComAgent(corpId, '1000002')).toMatchObject({ token: 'token1' });
  });
});
