import { aPicture, openChatWorld, type ChatWorld } from '../support/chat-world';
import { onBothEngines } from '../support/open-kit';

const hour = 3_600_000;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

onBothEngines('the media library over the sandbox', (open) => {
  const opened: ChatWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openChatWorld(await open());
    opened.push(world);
    const rule = async (keyword: string, answer: object, appId: string | null = world.appId) => {
      const body = { match: 'words', keywords: [keyword], appId, answer, publish: true };
      const made = await world.api.post('/api/v1/reply-rules', body);
      await world.quiet();
      return made;
    };
    const item = async (id: string): Promise<Loose> =>
      (await world.api.get(`/api/v1/media/${id}`)).body;
    return { world, rule, item };
  };

  test('a picture is answered with, and is there still after three days and an hour, and after four days more', async () => {
    const { world, rule, item } = await openWorld();
    const picture = (await world.upload('菜单 九月.png', aPicture())).body;
    const made = await rule('菜单', { type: 'image', mediaId: picture.reference });
    const anna = await world.follower();

    const first = await anna.act('say', { text: '看看菜单' });
    const live = await item(picture.id);
    await world.advance(72 * hour + hour);
    await world.kit.schedules.beat();
    await world.quiet();
    const again = await anna.act('say', { text: '看看菜单' });
    const renewed = await item(picture.id);
    const then = world.kit.clock.business();
    await world.advance(96 * hour);
    await world.kit.schedules.beat();
    await world.quiet();
    const later = await anna.act('say', { text: '看看菜单' });

    expect(made.status).toBe(201);
    const [shown] = first.received;
    expect(shown).toMatchObject({ kind: 'image', via: 'passive' });
    const bytes = await fetch(
      `${world.kit.settings.sandboxUrl}/sandbox/api/media/${shown.mediaId}`,
    );
    expect(Buffer.from(await bytes.arrayBuffer())).toEqual(aPicture());
    expect(live.copies).toMatchObject([{ accountId: world.accountId, state: 'live' }]);
    expect(live.uses).toEqual([{ kind: 'rule', id: made.body.id, name: '菜单', needed: false }]);
    expect(again.received[0]).toMatchObject({ kind: 'image', via: 'passive' });
    expect(again.received[0].mediaId).not.toBe(shown.mediaId);
    expect(later.received[0]).toMatchObject({ kind: 'image', via: 'passive' });
    expect(later.received[0].mediaId).not.toBe(again.received[0].mediaId);
    expect(Date.parse(renewed.copies[0].expiresAt)).toBeGreaterThan(then);
  }, 90_000);

  test('a copy is renewed before it dies; until WeChat has one, the default answers', async () => {
    const { world, rule, item } = await openWorld();
    const picture = (await world.upload('价目.png', aPicture(1))).body;
    const said = { welcome: null, default: { type: 'text', text: '稍等' } };
    await world.api.put(`/api/v1/reply-settings?appId=${world.appId}`, said);
    await world.must('POST', '/faults', { where: 'media', kind: 'errcode:45009' });
    await rule('价目', { type: 'image', mediaId: picture.reference });
    const anna = await world.follower();

    const without = await anna.act('say', { text: '价目' });
    const troubled = await item(picture.id);
    await world.must('POST', '/faults', { op: 'clear' });
    await world.api.post(`/api/v1/media/${picture.id}/renew`);
    await world.quiet();
    const first = await item(picture.id);
    await world.advance(61 * hour);
    await world.kit.schedules.beat();
    await world.quiet();
    const second = await item(picture.id);

    expect(without.received[0]).toMatchObject({ kind: 'text', text: '稍等' });
    expect(troubled.copies[0]).toMatchObject({ state: 'trouble', trouble: 'daily-quota' });
    expect(first.copies[0]).toMatchObject({ state: 'live', trouble: null });
    const gained = Date.parse(second.copies[0].expiresAt) - Date.parse(first.copies[0].expiresAt);
    expect(gained).toBe(61 * hour);
    expect((await anna.act('say', { text: '价目' })).received[0].kind).toBe('image');
  });

  test('an article card shows its picture, and says what it says now', async () => {
    const { world, rule, item } = await openWorld();
    const picture = (await world.upload('封面.png', aPicture(2))).body;
    const words = { title: '秋季新品', description: '九月上市', url: 'https://shop.example/new' };
    const card = (
      await world.api.post('/api/v1/media/articles', { ...words, pictureId: picture.id })
    ).body;
    await rule('新品', { type: 'article-card', card: card.reference });
    await rule('封面', {
      type: 'article',
      title: '封面',
      url: 'https://a.example',
      pictureUrl: picture.reference,
    });
    const anna = await world.follower();

    const first = await anna.act('say', { text: '新品' });
    const changed = { ...words, title: '冬季新品', pictureId: picture.id };
    await world.api.put(`/api/v1/media/${card.id}`, { card: changed });
    const second = await anna.act('say', { text: '新品' });
    const plain = await anna.act('say', { text: '封面' });
    const [article] = first.received[0].articles;
    const shown = await fetch(article.picUrl.replace(world.kit.settings.publicUrl, world.api.base));

    expect(article).toMatchObject({ title: '秋季新品', description: '九月上市', url: words.url });
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(aPicture(2));
    expect(second.received[0].articles[0].title).toBe('冬季新品');
    expect(plain.received[0].articles[0].picUrl).toBe(article.picUrl);
    const uses = (await item(picture.id)).uses.map(({ kind }: Loose) => kind);
    expect(uses.sort()).toEqual(['article', 'rule']);
  });

  test('what breaks is said in numbers before something is taken away', async () => {
    const { world, rule } = await openWorld();
    const picture = (await world.upload('a.png', aPicture(3))).body;
    await rule('甲', { type: 'image', mediaId: picture.reference });
    await rule('乙', {
      type: 'one-of',
      answers: [
        { type: 'image', mediaId: picture.reference },
        { type: 'text', text: '乙' },
      ],
    });
    const path = `/api/v1/media/${picture.id}`;

    const refused = await world.remove(path);
    const done = await world.remove(`${path}?breaks=2`);
    const unknown = await rule('丙', { type: 'voice', mediaId: picture.reference });
    const anna = await world.follower();
    const silent = await anna.act('say', { text: '甲' });

    expect([refused.status, (await refused.json()).code]).toEqual([409, 'media_in_use']);
    expect([done.status, (await world.api.get(path)).status]).toEqual([204, 404]);
    expect(unknown.body.errors).toMatchObject([{ path: 'answer.mediaId', code: 'media_missing' }]);
    expect(silent.received).toEqual([]);
    const pieces = `SELECT COUNT(*) AS n FROM media_piece`;
    expect(Number((await world.kit.db.read.all<{ n: number }>(pieces))[0]?.n)).toBe(0);
  });

  test('hostile files and names do no harm', async () => {
    const { world, item } = await openWorld();
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const polyglot = Buffer.concat([aPicture(4), page]);

    const html = await world.upload('a.png', page);
    const svg = await world.upload('a.png', Buffer.from('<svg onload="alert(1)"/>'));
    const empty = await world.upload('a.png', Buffer.alloc(0));
    const huge = await world
      .upload('a.mp4', Buffer.alloc(50 * 1_048_576, 1))
      .catch(() => undefined);
    const kept = await world.upload(
      '../../etc/<img src=x onerror=alert(1)>\u202egnp.exe',
      polyglot,
    );
    const twice = await world.upload('again.png', aPicture(4));
    const shown = await fetch(`${world.api.base}/api/v1/media/${kept.body.id}/preview`);
    const raw = await world.api.get(`/api/v1/media/pictures/${'0'.repeat(64)}.png`);
    const climb = await world.api.get(`/api/v1/media/pictures/..%2f..%2fetc%2fpasswd`);

    expect([html, svg, empty].map(({ body }) => body.code)).toEqual(Array(3).fill('media_unknown'));
    expect(huge?.status ?? 413).toBe(413);
    expect(kept.status).toBe(201);
    expect(kept.body.name).toBe('<img src=x onerror=alert(1)>gnp.exe');
    expect(twice.body.id).toBe(kept.body.id);
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(aPicture(4));
    expect(shown.headers.get('content-disposition')).toBe(`inline; filename="${kept.body.id}.png"`);
    expect([raw.status, climb.status]).toEqual([404, 400]);
    world.api.as({ accountIds: [] });
    expect((await world.api.get('/api/v1/media')).body.items).toHaveLength(1);
    expect((await world.upload('b.png', aPicture(5))).status).toBe(403);
    expect((await world.remove(`/api/v1/media/${kept.body.id}`)).status).toBe(403);
    world.api.as({});
    const own = await world.upload('c.png', aPicture(6), `&appId=${world.appId}`);
    world.api.as({ accountIds: ['someone-else'] });
    expect((await item(own.body.id)).code).toBe('not_found');
  });
});
