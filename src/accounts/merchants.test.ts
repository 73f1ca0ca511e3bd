import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { openOfficialAccounts } from '../channels/official-account';
import { openWeCom } from '../channels/wecom';
import { AccountBook, accountOperations, addAccountsFromSettings } from './index';

const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const fileOf = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'guanxi-pem-')), 'one.pem');
  writeFileSync(file, text);
  return file;
};
const form = (more: object) => ({
  kind: 'merchant',
  name: '山茶花',
  platformId: '1900000109',
  secrets: { apiV2Key: 'k'.repeat(32), certPem: pem, keyPem: pem },
  ...more,
});

onBothEngines('merchants', (open) => {
  async function api(kit: TestKit) {
    const book = await AccountBook.open(kit);
    const officialAccounts = openOfficialAccounts({
      ...kit,
      hostsOf: ({ id }) => book.hostsOf(id),
    });
    const wecom = openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) });
    const clients = { officialAccounts, wecom };
    const health = { state: 'ok' as const, lastOkAt: kit.clock.business() };
    const merchants = {
      health: () => Promise.resolve(health),
      ask: () => Promise.resolve(undefined),
    };
    return { book, api: await serveApi(kit, accountOperations(kit, book, clients, merchants)) };
  }

  test('what WeChat Pay is told the orders come from is asked for, and never loopback', async () => {
    const kit = await open();
    const { api: served, book } = await api(kit);

    const refused = await Promise.all(
      ['127.0.0.1', '0.0.0.0', '::1', '1.2.3'].map((clientIp) =>
        served.call('POST', '/api/v1/accounts', form({ clientIp })),
      ),
    );
    const made = await served.call('POST', '/api/v1/accounts', form({ clientIp: '203.0.113.7' }));
    const path = `/api/v1/accounts/${String(made.body.id)}`;
    const loopback = await served.call('PATCH', path, { clientIp: '127.0.0.1' });
    const changed = await served.call('PATCH', path, { clientIp: '203.0.113.8' });
    const kept = await served.call('PATCH', path, { name: '山茶花 2' });
    const cleared = await served.call('PATCH', path, { clientIp: null });
    await served.close();

    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(made).toMatchObject({ status: 201, body: { clientIp: '203.0.113.7' } });
    expect(loopback.status).toBe(400);
    expect([changed, kept, cleared].map(({ body }) => body.clientIp)).toEqual([
      '203.0.113.8',
      '203.0.113.8',
      null,
    ]);
    expect(book.findByPlatformId('merchant', '1900000109')?.details).toEqual({});
    expect(made.body.health.token).toMatchObject({
      state: 'ok',
      checkedAt: new Date(kit.clock.business()).toISOString(),
    });
  });

  test('the extra authority is read at every start, not kept from the first one', async () => {
    const kit = await open();
    const settings = (wechatPayCaFile: string | undefined) => ({
      ...kit,
      settings: {
        ...kit.settings,
        payMchId: '1900000109',
        payApiV2Key: 'k'.repeat(32),
        payCertFile: fileOf(pem),
        payKeyFile: fileOf(pem),
        wechatPayCaFile,
      },
    });
    const authorityAfterStart = async (file: string | undefined) => {
      const started = settings(file);
      const book = await AccountBook.open(started);
      await addAccountsFromSettings(started, book);
      return book.merchantByMchId('1900000109')?.secrets.caPem;
    };

    const first = await authorityAfterStart(fileOf(`${pem}first`));
    const second = await authorityAfterStart(fileOf(`${pem}second`));
    const none = await authorityAfterStart(undefined);

    expect([first, second, none]).toEqual([`${pem}first`, `${pem}second`, undefined]);
    await expect(authorityAfterStart(fileOf('not a certificate'))).rejects.toThrow(
      'WECHAT_PAY_CA_FILE',
    );
    await expect(authorityAfterStart('/nowhere/ca.pem')).rejects.toThrow('WECHAT_PAY_CA_FILE');
  });
});
