import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { AccountBook, addAccount } from '../../src/accounts';
import { campaignOperations, ProgressStreams, registerCampaigns } from '../../src/campaigns';
import { openOfficialAccounts } from '../../src/channels/official-account';
import { execute, insertRows, marksFor } from '../../src/kernel/database';
import { Schedules } from '../../src/kernel/schedule';
import { openSandbox } from '../../src/sandbox';
import { openSending } from '../../src/sending';
import { openApi } from '../support/api-client';
import { onBothEngines, type TestKit } from '../support/open-kit';
import { addFollowers } from '../support/sending-world';

/** The sandbox's own truth about one kind of message. */
type Books = { templates: { sent: number; people: number; doubles: unknown[] } };
type SandboxAccount = { appId: string; appSecret: string; token: string; encodingAesKey: string };

async function startSandbox() {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-sandbox-'));
  const sandbox = await openSandbox({
    dataFile: join(folder, 'sandbox.db'),
    tlsDir: join(folder, 'tls'),
  });
  const app = new Koa();
  app.use(sandbox.routes);
  const server = createServer((request, response) => void app.callback()(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

onBothEngines('a campaign over the sandbox', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const openWorld = async (plain: TestKit) => {
    const sandbox = await startSandbox();
    closing.push(sandbox.close);
    const kit = { ...plain, settings: { ...plain.settings, sandboxUrl: sandbox.url } };
    const drive = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
      const answer = await kit.http.request({
        method,
        url: `${sandbox.url}/sandbox/api${path}`,
        headers: { 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      expect(answer.status).toBeLessThan(300);
      return JSON.parse(answer.body.toString('utf8')) as T;
    };
    const account = await drive<SandboxAccount>('POST', '/accounts', {
      kind: 'official-account',
      name: '山茶花',
    });
    const accountId = await kit.db.transact((tx) =>
      addAccount(kit, tx, {
        kind: 'official-account',
        platformId: account.appId,
        name: '山茶花',
        world: 'sandbox',
        secrets: account,
      }),
    );
    const book = await AccountBook.open(kit);
    const client = openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) });
    const sending = openSending(kit, {
      client,
      account: (id) => ({ ...book.channelOrThrow(id), name: '山茶花' }),
    });
    const parts = { sending, book, client };
    registerCampaigns(kit, parts);
    const api = await openApi(kit, campaignOperations(kit, parts, new ProgressStreams(kit)));
    closing.push(api.close);
    return { kit, drive, account, accountId, book, client, sending, parts, api };
  };

  /** Sixty followers, and a campaign for all of them whose first field says `name`. */
  const addCampaign = async (
    { kit, drive, account, accountId, book, client, api }: Awaited<ReturnType<typeof openWorld>>,
    name: string,
    schedule: { cron: string; zone: string } | null = null,
  ) => {
    const { appId } = account;
    const { templateId } = await drive<{ templateId: string }>('POST', '/templates', {
      appId,
      title: '会员积分到期提醒',
      content: '会员：{{thing1.DATA}}\n积分：{{number2.DATA}}',
    });
    await drive('POST', '/crowd', { appId, followers: 60 });
    const { openids } = await client.listFollowers(book.channelOrThrow(accountId));
    const followers = await addFollowers(kit, accountId, openids.length, (nth) => ({
      externalId: openids[nth] ?? '',
    }));
    const segmentId = kit.newId();
    const rule = '{"field":"state","op":"is","value":"following"}';
    const segment = { id: segmentId, name: '所有人', rule, version: 1, createdAt: 1, updatedAt: 1 };
    await kit.db.transact((tx) => insertRows(tx, 'segment', [segment]));
    const data = { thing1: name, number2: '120' };
    const made = await api.post('/api/v1/campaigns', {
      name: '积分提醒',
      segmentId,
      appId,
      message: { type: 'template', templateId, data },
      schedule,
    });
    return { campaign: `/api/v1/campaigns/${String(made.body.id)}`, followers };
  };

  test('with answers lost on the way, every phone gets the card once and the books agree', async () => {
    const world = await openWorld(await open());
    const { kit, drive, sending, api } = world;
    const { campaign } = await addCampaign(world, '会员');
    for (const kind of ['half-json', 'http-502-html-accepted', 'reset-mid-reply', 'errcode:-1']) {
      await drive('POST', '/faults', {
        where: 'template-send',
        kind,
        rate: 0.2,
        count: 9,
        seed: kind,
      });
    }
    await api.post(`${campaign}/start`);

    for (let tries = 0; tries < 20; tries += 1) {
      await sending.sender.drain();
      kit.clock.advance(20_000);
    }

    const shown = await api.get(campaign);
    const books = await drive<Books>('GET', '/books/summary');
    expect(shown.body).toMatchObject({ status: 'finished', planned: 60, sent: 60, unknown: 0 });
    expect(books.templates).toMatchObject({ sent: 60, people: 60, doubles: [] });
  });

  test('whom the plan leaves out for an empty field, every run skips: none is an error, nothing pauses', async () => {
    const world = await openWorld(await open());
    const { kit, drive, sending, api } = world;
    const schedule = { cron: '0 10 * * *', zone: 'Asia/Shanghai' };
    const { campaign, followers } = await addCampaign(world, '{{ person.name }}', schedule);
    const named = followers.slice(0, 37).map(({ identityId }) => identityId);
    await kit.db.transact((tx) =>
      execute(
        tx,
        `UPDATE person SET displayName = '小雨'
         WHERE id IN (SELECT personId FROM identity WHERE id IN (${marksFor(named)}))`,
        named,
      ),
    );
    const schedules = new Schedules({ ...kit, afterTick: () => undefined });
    registerCampaigns({ ...kit, schedules }, world.parts);
    const runAt = async (at: string) => {
      kit.clock.set(Date.parse(at));
      await schedules.beat();
      await kit.work.drain();
      await sending.sender.drain();
      return (await api.get(campaign)).body;
    };
    const plan = await api.post(`${campaign}/plan`);
    await api.post(`${campaign}/start`);

    const first = await runAt('2026-11-22T02:00:05Z');
    const second = await runAt('2026-11-23T02:00:05Z');

    expect(plan.body).toMatchObject({ audience: 60, willReceive: 37 });
    expect(plan.body.excluded).toEqual([
      { reason: 'field-invalid', name: '填好的内容不合字段规则', count: 23 },
    ]);
    const run = { planned: 60, sent: 37, skipped: 23, failed: 0, unknown: 0, pending: 0 };
    for (const shown of [first, second]) {
      expect(shown).toMatchObject({ ...run, status: 'scheduled', pauseReason: null });
      expect(shown.reasons).toEqual(
        plan.body.excluded.map((one: object) => ({ ...one, state: 'skipped', errcode: null })),
      );
    }
    expect(second.runs.map((one: { state: string }) => one.state)).toEqual([
      'finished',
      'finished',
    ]);
    expect(second.totals).toMatchObject({ planned: 120, sent: 74, skipped: 46, failed: 0 });
    const counted = await kit.db.read.all(`SELECT outcomes, errors FROM send_run`);
    expect(counted).toEqual([
      { outcomes: 37, errors: 0 },
      { outcomes: 37, errors: 0 },
    ]);
    const books = await drive<Books>('GET', '/books/summary');
    expect(books.templates).toMatchObject({ sent: 74, people: 37 });
  });
});
