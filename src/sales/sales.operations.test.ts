import { AccountBook, addAccount } from '../accounts';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { openApi } from '../../test/support/api-client';
import { salesOperations } from './sales.operations';

const noFiles = { check: () => Promise.resolve(), want: () => Promise.resolve() } as never;

onBothEngines('shared scripts and materials', (open) => {
  const corpOf = (kit: TestKit, platformId: string) =>
    kit.db.transact((tx) =>
      addAccount(kit, tx, {
        ...{ kind: 'wecom', platformId, name: '山茶花', world: 'sandbox', secrets: { apps: [] } },
      }),
    );
  const apis: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const api of apis.splice(0)) await api.close();
  });
  const openWorld = async () => {
    const kit = await open();
    const [mine, theirs] = [await corpOf(kit, 'ww1'), await corpOf(kit, 'ww2')];
    const api = await openApi(
      kit,
      salesOperations(kit, { book: await AccountBook.open(kit), attachments: noFiles }),
    );
    apis.push(api);
    return { kit, api, mine, theirs };
  };

  test('an operator who sees one corp neither sees nor changes what another corp shares', async () => {
    const { api, mine, theirs } = await openWorld();
    const words = { title: '敏感肌', text: '可以用' };
    const link = { kind: 'link', title: '官网', url: 'https://example.com/' };
    const script = await api.post('/api/v1/scripts', { accountId: theirs, ...words });
    const material = await api.post('/api/v1/materials', { accountId: theirs, ...link });

    api.as({ accountIds: [mine] });
    const answers = [
      await api.put(`/api/v1/scripts/${script.body.id}`, words),
      await api.put(`/api/v1/materials/${material.body.id}`, link),
      await api.post('/api/v1/scripts', { accountId: theirs, ...words }),
      await api.post('/api/v1/materials', { accountId: theirs, ...link }),
    ];
    const lists = [await api.get('/api/v1/scripts'), await api.get('/api/v1/materials')];

    expect([script.status, material.status]).toEqual([201, 201]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(lists.map(({ body }) => body.items)).toEqual([[], []]);
  });

  test.each([
    [{ kind: 'link', title: '官网' }, 'url'],
    [{ kind: 'article', title: '护理' }, 'body'],
    [{ kind: 'mini-program', title: '商城', miniAppId: 'wx12345678', miniPage: 'a' }, 'media'],
    [{ kind: 'poster', title: '海报' }, 'media'],
    [{ kind: 'video', title: '手法', url: 'https://example.com/a.mp4' }, 'media'],
    [{ kind: 'link', title: '官网', url: 'javascript:alert(1)' }, 'url'],
    [{ kind: 'poster', title: '海报', url: 'https://a.example/"><script>' }, 'url'],
    [{ kind: 'link', title: '官网', url: 'https://brand.example@evil.example/' }, 'url'],
    [{ kind: 'file', title: '手册', url: 'file:///etc/passwd' }, 'url'],
    [{ kind: 'link', title: '内网', url: 'http://169.254.169.254/latest' }, 'url'],
  ])('%j is refused for its %s', async (facts, path) => {
    const { api, mine } = await openWorld();

    const { status, body } = await api.post('/api/v1/materials', { accountId: mine, ...facts });

    expect(status).toBe(400);
    expect(body.errors.map((one: { path: string }) => one.path)).toEqual([path]);
  });

  test('a script that grows beyond what a chat takes is refused', async () => {
    const { api, mine } = await openWorld();
    const doubled = '{% capture a %}{{ a }}{{ a }}{% endcapture %}'.repeat(24);
    const text = `{% capture a %}xxxxxxxx{% endcapture %}${doubled}{{ a }}`;

    const { status, body } = await api.post('/api/v1/scripts', {
      ...{ accountId: mine, title: '长', text },
    });

    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ path: 'text' })]);
  });

  test('a script that cannot be read is refused; a changed one is told in the audit log', async () => {
    const { kit, api, mine } = await openWorld();
    const made = await api.post('/api/v1/scripts', {
      accountId: mine,
      title: '你好',
      text: '你好',
    });

    const broken = await api.put(`/api/v1/scripts/${made.body.id}`, {
      ...{ title: '你好', text: '{% if name %}你好' },
    });
    const endless = await api.put(`/api/v1/scripts/${made.body.id}`, {
      ...{ title: '你好', text: '{% for i in (1..900000) %}好{% endfor %}' },
    });
    const changed = await api.put(`/api/v1/scripts/${made.body.id}`, {
      ...{ title: '你好', folder: '开场', text: '{{ name }}，你好' },
    });
    const log = await kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry ORDER BY id`,
    );

    expect([broken.status, endless.status]).toEqual([400, 400]);
    expect(changed.body).toMatchObject({ folder: '开场', uses: 0 });
    expect(log.map(({ action }) => action)).toEqual(['script.created', 'script.changed']);
  });
});
