import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDatabase, openCluster, template, type Cluster } from '../support/cluster';
import { eventually, pause } from '../support/json-client';
import { startRedis, type TestServer } from '../support/servers';
import { deliver, textFields } from '../support/signed-callbacks';

const mariadb = process.env['TEST_MARIADB_URL'];
const suite = mariadb === undefined ? describe.skip : describe;
const followers = 120;

suite('two web and two worker processes on MariaDB and Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-processes-'));
  let redis: TestServer | undefined;
  let cluster: Cluster;
  let segmentId: string;
  let openid: string;

  beforeAll(async () => {
    redis = await startRedis({ own: true });
    if (!redis) throw new Error('no Redis for the tests');
    cluster = await openCluster({
      folder,
      roles: ['web', 'web', 'worker', 'worker'],
      followers,
      seed: 7,
      mariadb: { url: await makeDatabase(mariadb ?? '') },
      redisUrl: redis.url,
      env: { SENDS_PER_SECOND: '40' },
    });
    await cluster.syncFollowers();
    segmentId = await cluster.everybody();
    const rows = await cluster.sql.all<{ externalId: string }>(
      `SELECT externalId FROM identity ORDER BY externalId LIMIT 1`,
    );
    openid = rows[0]?.externalId ?? '';
  }, 240_000);

  afterAll(async () => {
    await cluster.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  const webs = () => cluster.members.filter((member) => member.name.startsWith('web'));
  const now = () => Math.floor(Date.now() / 1_000);

  async function campaign(schedule: object | null = null): Promise<string> {
    const { account, templateId } = cluster;
    const made = await cluster.api<{ id: string }>('POST', '/api/v1/campaigns', {
      name: 'campaign',
      segmentId,
      appId: account.appId,
      message: { type: 'template', templateId, data: template.data },
      schedule,
    });
    return made.id;
  }

  async function received(): Promise<{ sent: number; doubles: unknown[] }> {
    const { templates } = await cluster.driver<{
      templates: { sent: number; doubles: unknown[] };
    }>('GET', '/books/summary');
    return templates;
  }

  test('a duplicate at both web processes at once has one effect and one reply', async () => {
    await cluster.api('POST', '/api/v1/reply-rules', {
      match: 'words',
      keywords: ['开门'],
      answer: { type: 'text', text: '每天 10:00 开门' },
      publish: true,
    });
    // The other process hears of the new rule within a second or two.
    await pause(2_500);
    const fields = textFields(openid, '41000000000000001', '几点开门', now());

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const web = webs()[n % 2];
        return deliver(web?.url ?? '', cluster.account, fields);
      }),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ reply }) => reply))).toEqual(new Set(['每天 10:00 开门']));
    const stored = await cluster.sql.all(`SELECT id FROM inbound_event WHERE dedupeKey = ?`, [
      `m:41000000000000001:${openid}`,
    ]);
    const effects = await cluster.sql.all(
      `SELECT id FROM timeline_entry WHERE kind = 'message-in'`,
    );
    expect([stored.length, effects.length]).toEqual([1, 1]);
  }, 30_000);

  test('one person stays in order, whichever process takes a message', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => String(42_000_000_000_000_000n + BigInt(n)));

    for (const [n, id] of ids.entries()) {
      const web = webs()[n % 2];
      const { status } = await deliver(
        web?.url ?? '',
        cluster.account,
        textFields(openid, id, `第 ${n} 句`, now()),
      );
      expect(status).toBe(200);
    }

    const rows = await cluster.sql.all<{ dedupeKey: string }>(
      `SELECT dedupeKey FROM inbound_event WHERE dedupeKey LIKE ? ORDER BY receivedAt, id`,
      [`m:42%:${openid}`],
    );
    expect(rows.map((row) => row.dedupeKey)).toEqual(ids.map((id) => `m:${id}:${openid}`));
  }, 30_000);

  test('events of one person at both processes at once end where the latest event says', async () => {
    const began = now() - 100;
    const stranger = `oStranger${'0'.repeat(19)}`;
    const events = Array.from({ length: 20 }, (_, n) => ({
      FromUserName: stranger,
      CreateTime: began + n,
      MsgType: 'event',
      Event: n % 2 === 0 ? 'subscribe' : 'unsubscribe',
      EventKey: '',
    }));
    const mixed = [
      ...events.filter((_, n) => n % 3 === 0),
      ...events.filter((_, n) => n % 3 !== 0),
    ];

    const answers = await Promise.all(
      mixed.map((event, n) => deliver(webs()[n % 2]?.url ?? '', cluster.account, event)),
    );

    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const [identity] = await cluster.sql.all<{ id: string; state: string; followCount: number }>(
      `SELECT id, state, followCount FROM identity WHERE externalId = ?`,
      [stranger],
    );
    expect(identity).toMatchObject({ state: 'unfollowed', followCount: 10 });
    const episodes = await cluster.sql.all(`SELECT id FROM episode WHERE identityId = ?`, [
      identity?.id ?? '',
    ]);
    expect(episodes).toHaveLength(20);
  }, 30_000);

  test('pausing at one process stops what another one sends, and resuming doubles nothing', async () => {
    const id = await campaign();
    const [one, other] = webs();
    if (!one || !other) throw new Error('two web processes are needed');
    const before = await received();
    await cluster.apiOf(one)('POST', `/api/v1/campaigns/${id}/start`);
    await eventually(
      'some are sent',
      async () => (await received()).sent > before.sent + 10,
      20_000,
      50,
    );

    await cluster.apiOf(other)('POST', `/api/v1/campaigns/${id}/pause`);
    await pause(1_500);
    const paused = await received();
    await pause(2_000);
    const later = await received();
    await cluster.apiOf(one)('POST', `/api/v1/campaigns/${id}/start`);
    await eventually(
      'the rest is sent',
      async () => {
        const shown = await cluster.api<{ status: string }>('GET', `/api/v1/campaigns/${id}`);
        return shown.status === 'finished';
      },
      40_000,
    );

    expect(later.sent).toBe(paused.sent);
    expect(paused.sent).toBeLessThan(before.sent + followers);
    const after = await received();
    expect(after).toMatchObject({ sent: before.sent + followers, doubles: [] });
  }, 90_000);

  test('a timetable of every minute fires once a minute, though two workers keep time', async () => {
    const id = await campaign({ cron: '* * * * *', zone: 'Asia/Shanghai', missed: 'once' });
    // Right after the full minute: time that passes meanwhile adds no minute of its own.
    const { nowMs } = await cluster.driver<{ nowMs: number }>('GET', '/clock');
    await cluster.advance(60_500 - (nowMs % 60_000));
    await cluster.api('POST', `/api/v1/campaigns/${id}/start`);
    const dueTimes = () =>
      cluster.sql.all<{ dueAt: number; note: string | null }>(
        `SELECT dueAt, note FROM campaign_run WHERE campaignId = ? ORDER BY dueAt`,
        [id],
      );

    for (let minutes = 1; minutes <= 3; minutes += 1) {
      const { length } = await dueTimes();
      await cluster.advance(60_000);
      await eventually(
        'the minute is noticed',
        async () => (await dueTimes()).length > length,
        15_000,
      );
    }
    await cluster.api('POST', `/api/v1/campaigns/${id}/pause`);
    await pause(2_000);

    const runs = await dueTimes();
    const gaps = runs.slice(1).map((run, n) => run.dueAt - (runs[n]?.dueAt ?? 0));
    expect(runs.length).toBeGreaterThanOrEqual(3);
    expect(new Set(gaps)).toEqual(new Set([60_000]));
    expect((await received()).doubles).toEqual([]);
    await cluster.api('POST', `/api/v1/campaigns/${id}/cancel`);
  }, 90_000);
});
