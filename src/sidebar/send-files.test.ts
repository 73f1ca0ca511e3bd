import { onBothEngines } from '../../test/support/open-kit';
import { openSidebarWorld, type SidebarWorld } from '../../test/support/sidebar-world';
import { addMaterial, type NewMaterial } from '../sales';

const day = 86_400_000;
const nothing = { description: '', coverUrl: null, media: null, url: null, body: null };
const card = { ...nothing, miniAppId: null, miniPage: null };

onBothEngines('materials that are files', (open) => {
  let world: SidebarWorld;
  beforeEach(async () => {
    world = await openSidebarWorld(await open());
  });
  afterEach(() => world.close());

  const keep = (facts: Partial<NewMaterial> & Pick<NewMaterial, 'kind' | 'title'>) =>
    world.kit.db.transact((tx) =>
      addMaterial(world.kit, tx, world.accountId, { ...card, ...facts }),
    );
  const meet = async () => {
    const { externalUserId } = await world.befriend('linlan', '小雨');
    const rep = await world.signIn('linlan');
    const begin = (materialId: string) =>
      rep.send('POST', `/contacts/${externalUserId}/sends`, { materialId });
    /** As the bridge puts it into the chat; refused by the client unless the file is good. */
    const put = (message: { msgtype: string } & Record<string, unknown>) =>
      world.staff('linlan', 'say', {
        ...{ externalUserId, kind: message.msgtype, part: message[message.msgtype] },
      });
    return { rep, externalUserId, begin, put };
  };

  test('a poster and a document go into the chat as what they are, by an id that WeCom holds', async () => {
    const { rep, externalUserId, begin, put } = await meet();
    const poster = await keep({ kind: 'poster', title: '海报', media: await world.picture('a') });
    const file = await keep({ kind: 'file', title: '手册', media: await world.file('护肤手册') });

    const picture = await begin(poster);
    const document = await begin(file);
    await put(picture.body.message);
    await put(document.body.message);
    for (const { body } of [picture, document]) await rep.send('POST', `/sends/${body.id}/sent`);

    expect(picture.body.message).toEqual({
      ...{ msgtype: 'image', image: { mediaid: expect.any(String) } },
    });
    expect(document.body.message.msgtype).toBe('file');
    const path = `/wecom/books/messages?externalUserId=${externalUserId}&via=chat`;
    const { items } = await world.must('GET', path);
    expect(items.map(({ file: one }: { file: { name: string } }) => one.name)).toContain(
      '护肤手册.pdf',
    );
    const sends = await rep.get(`/contacts/${externalUserId}/sends`);
    expect(sends.body.items).toMatchObject([{ tracked: false }, { tracked: false }]);
  });

  test('what WeCom forgets after three days is renewed before, and given anew to who sends', async () => {
    const { begin, put, externalUserId } = await meet();
    const file = await keep({ kind: 'file', title: '手册', media: await world.file('手册') });
    const first = await begin(file);
    await world.advance(4 * day);
    const again = await world.signIn('linlan');

    await expect(put(first.body.message)).rejects.toThrow('media_invalid');
    const second = await again.send('POST', `/contacts/${externalUserId}/sends`, {
      materialId: file,
    });
    await put(second.body.message);

    expect(second.body.message.file.mediaid).not.toBe(first.body.message.file.mediaid);
  });

  test('a card has the library’s picture; what WeCom does not take is no message', async () => {
    const { begin } = await meet();
    const media = await world.picture('cover');
    const shop = { miniAppId: 'wx12345678', miniPage: 'pages/shop' };
    const mini = await keep({ kind: 'mini-program', title: '商城', ...shop, media });
    const poster = await keep({ kind: 'poster', title: '海报', media });
    await world.must('POST', '/faults', {
      ...{ op: 'add', where: 'wecom-media', kind: 'errcode:40004', rate: 1 },
    });

    const { body } = await begin(mini);
    const refused = await begin(poster);

    expect(body.message.miniprogram).toMatchObject({ page: 'pages/shop.html' });
    expect(body.message.miniprogram.imgUrl).toMatch(/\/media\/pictures\/[0-9a-f]{64}\.png$/);
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('material_not_ready');
  });

  test('what is about to be sent is not deleted; drafts are counted, and may lose theirs', async () => {
    const { api, accountId } = world;
    const media = await world.picture('poster');
    const path = `/api/v1/media/${media.slice(4)}`;
    await keep({ kind: 'poster', title: '海报', media });
    await api.post('/api/v1/room-greetings', {
      ...{ accountId, name: '入群', text: '欢迎', attachments: [{ kind: 'image', media }] },
    });
    const message = { accountId, name: '上新', text: '到店看看' };
    await api.post('/api/v1/outreach', { ...message, attachments: [{ kind: 'image', media }] });

    const refused = await api.delete(`${path}?breaks=9`);
    const { body } = await api.get(path);
    await world.kit.db.transact(async (tx) => {
      await tx.query(`UPDATE sales_material SET archivedAt = 1`);
      await tx.query(`UPDATE room_greeting SET removedAt = 1`);
    });
    const warned = await api.delete(path);
    const done = await api.delete(`${path}?breaks=1`);

    expect([refused.status, refused.body.code, refused.body.n]).toEqual([409, 'media_needed', 2]);
    const uses = body.uses.map((use: { kind: string; name: string; needed: boolean }) => [
      ...[use.kind, use.name, use.needed],
    ]);
    expect(uses.sort()).toEqual([
      ['material', '海报', true],
      ['outreach', '上新', false],
      ['room-greeting', '入群', true],
    ]);
    expect([warned.body.code, warned.body.n]).toEqual(['media_in_use', 1]);
    expect(done.status).toBe(204);
  });
});
