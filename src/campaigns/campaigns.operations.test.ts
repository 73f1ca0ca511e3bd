import { openCampaignWorld, templateId } from '../../test/support/campaign-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { addFollowers } from '../../test/support/sending-world';

onBothEngines('the API of campaigns', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const openWorld = async (kit: TestKit) => {
    const world = await openCampaignWorld(kit);
    closing.push(world.close);
    return world;
  };

  test('what WeChat would refuse is refused before it is saved, with the path of each field', async () => {
    const kit = await open();
    const { api, body } = await openWorld(kit);
    const withData = (data: object, more: object = {}) =>
      api.post(
        '/api/v1/campaigns',
        body({ message: { type: 'template', templateId, data, ...more } }),
      );
    const good = { thing1: '会员', number2: '120', date3: '2026年11月21日' };

    const tooLong = await withData({ ...good, thing1: '长'.repeat(21) });
    const missing = await withData({ thing1: '会员', number2: '120' });
    const foreign = await withData({ ...good, amount9: '¥1' });
    const broken = await withData({ ...good, thing1: '{{ person.name | nonsense }}' });
    const endless = await withData({
      ...good,
      thing1: '{% for i in (1..999999999) %}{% for j in (1..999999999) %}x{% endfor %}{% endfor %}',
    });
    const unknown = await withData(good, { templateId: 'TPL-none' });
    const [saved] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM campaign`);

    expect(tooLong).toMatchObject({
      status: 400,
      body: {
        code: 'message_fields_invalid',
        errors: [{ path: 'message.data.thing1', code: 'too-long' }],
      },
    });
    expect(missing.body.errors).toMatchObject([{ path: 'message.data.date3', code: 'missing' }]);
    expect(foreign.body.errors).toMatchObject([{ code: 'not-in-template' }]);
    expect(broken.body).toMatchObject({ code: 'message_text_invalid' });
    expect(endless.body).toMatchObject({ code: 'message_text_invalid' });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'template_unknown' } });
    expect(Number(saved?.n)).toBe(0);
  });

  test('while WeChat cannot be asked, the message is kept with a warning', async () => {
    const kit = await open();
    const { api, body, wechat } = await openWorld(kit);
    await wechat.close();

    const made = await api.post('/api/v1/campaigns', body());

    expect(made.status).toBe(201);
    expect(made.body.warnings).toMatchObject([{ code: 'template_unchecked' }]);
  });

  test.each([
    ['no name', { name: ' ' }, 'input_invalid'],
    ['an object for a text', { name: { role: 'admin' } }, 'input_invalid'],
    ['a field nobody knows', { colour: 'red' }, 'input_invalid'],
    ['an unknown account', { appId: 'wxnone' }, 'account_unknown'],
    ['an unknown segment', { segmentId: 'none' }, 'segment_unknown'],
    ['six fields of cron', { schedule: { cron: '* * * * * *', zone: 'UTC' } }, 'cron_invalid'],
    [
      'a day that never comes',
      { schedule: { cron: '0 0 30 2 *', zone: 'UTC' } },
      'cron_never_fires',
    ],
    ['an unknown zone', { schedule: { cron: '0 0 * * *', zone: 'Mars/One' } }, 'zone_unknown'],
  ])('%s is refused and nothing is written', async (_, changes, code) => {
    const kit = await open();
    const { api, body } = await openWorld(kit);

    const refused = await api.post('/api/v1/campaigns', body(changes));

    const [saved] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM campaign`);
    expect(refused).toMatchObject({ status: 400, body: { code } });
    expect(Number(saved?.n)).toBe(0);
  });

  test('a campaign of another account is not there for who may not see it', async () => {
    const kit = await open();
    const { api, add, body } = await openWorld(kit);
    const campaign = await add();
    api.as({ accountIds: ['another'] });

    const answers = await Promise.all([
      api.get(campaign),
      api.post(`${campaign}/start`),
      api.post(`${campaign}/cancel`),
      api.post(`${campaign}/plan`),
      api.get(`${campaign}/deliveries`),
      api.get(`${campaign}/events`),
    ]);
    const listed = await api.get('/api/v1/campaigns');
    const made = await api.post('/api/v1/campaigns', body());

    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(listed.body).toEqual({ items: [], nextCursor: null });
    expect(made).toMatchObject({ status: 400, body: { code: 'account_unknown' } });
  });

  test('deliveries and campaigns are listed page by page', async () => {
    const kit = await open();
    const { api, add, accountId, sending } = await openWorld(kit);
    await addFollowers(kit, accountId, 7, (nth) => (nth < 2 ? { state: 'unfollowed' } : {}));
    const campaign = await add();
    await api.post(`${campaign}/start`);
    await sending.sender.drain();
    await add();

    const first = await api.get(`${campaign}/deliveries?state=sent&limit=3`);
    const second = await api.get(
      `${campaign}/deliveries?state=sent&limit=3&cursor=${String(first.body.nextCursor)}`,
    );
    const skipped = await api.get(`${campaign}/deliveries?state=skipped`);
    const list = await api.get('/api/v1/campaigns?limit=1');
    const older = await api.get(`/api/v1/campaigns?limit=1&cursor=${String(list.body.nextCursor)}`);

    expect([first.body.items.length, second.body.items.length]).toEqual([3, 2]);
    expect(second.body.nextCursor).toBeNull();
    expect(first.body.items[0]).toMatchObject({ state: 'sent', messageId: expect.any(String) });
    expect(skipped.body.items).toMatchObject([{ reason: 'unfollowed' }, { reason: 'unfollowed' }]);
    expect(list.body.items).toMatchObject([{ status: 'draft' }]);
    expect(older.body.items).toMatchObject([{ status: 'finished', sent: 5 }]);
  });

  test('the editor is told the templates with the rule of each field, and what a timetable means', async () => {
    const kit = await open();
    const { api, appId } = await openWorld(kit);

    const templates = await api.get(`/api/v1/wechat-templates?appId=${appId}`);
    const preview = await api.get(
      '/api/v1/schedules/preview?cron=0%2010%20*%20*%20*&zone=Asia/Shanghai',
    );
    const refused = await api.get('/api/v1/schedules/preview?cron=nonsense&zone=Asia/Shanghai');

    expect(templates.body.items).toMatchObject([
      {
        templateId,
        title: '会员积分到期提醒',
        fields: [
          { key: 'thing1', name: '会员', kind: 'thing', rule: '最多 20 个字', most: 20 },
          { key: 'number2', name: '积分', kind: 'number' },
          { key: 'date3', name: '到期', kind: 'date' },
        ],
      },
    ]);
    expect(preview.body.runs).toHaveLength(5);
    expect(preview.body).toMatchObject({ text: '每天 10:00' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'cron_invalid' } });
  });

  test('every change of a campaign is in the audit log', async () => {
    const kit = await open();
    const { api, add, body } = await openWorld(kit);
    const campaign = await add();
    await api.put(campaign, body({ name: '新名字' }));
    await api.post(`${campaign}/start`);
    await api.post(`${campaign}/cancel`);

    const log = await kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry WHERE targetKind = 'campaign' ORDER BY id`,
    );

    expect(log.map((entry) => entry.action)).toEqual([
      'campaign.created',
      'campaign.changed',
      'campaign.started',
      'campaign.cancelled',
    ]);
  });

  test('the plan fills the message in for everybody and counts whom WeChat would refuse', async () => {
    const kit = await open();
    const { api, add, accountId, sending, wechat } = await openWorld(kit);
    await addFollowers(kit, accountId, 230, (nth) => (nth === 1 ? { state: 'unfollowed' } : {}));
    const data = {
      thing1: { value: '{{ person.name }}' },
      number2: { value: '120' },
      date3: { value: '2026 年 11 月 30 日' },
    };
    const campaign = await add({ message: { type: 'template', templateId, data } });

    const plan = await api.post(`${campaign}/plan`);
    await api.post(`${campaign}/start`);
    await sending.sender.drain();

    expect(plan.body).toMatchObject({
      audience: 230,
      willReceive: 1,
      excluded: expect.arrayContaining([
        { reason: 'unfollowed', name: '已取关', count: 1 },
        { reason: 'field-invalid', name: '填好的内容不合字段规则', count: 228 },
      ]),
      filledIn: { people: 229, of: 229 },
    });
    expect(plan.body.samples[0].rendered).toMatchObject({ date3: '2026年11月30日' });
    expect((await api.get(campaign)).body).toMatchObject({ sent: 1, skipped: 229, failed: 0 });
    expect(wechat.received).toHaveLength(1);
    expect(wechat.received[0]?.body).toMatchObject({
      data: { date3: { value: '2026年11月30日' } },
    });
  });
});
