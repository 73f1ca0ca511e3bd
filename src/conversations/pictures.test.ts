import { takeUpload } from '../media';
import { openInboxWorld, zhou, type InboxWorld } from '../../test/support/inbox-world';
import { onBothEngines } from '../../test/support/open-kit';
import { owner } from '../../test/support/serve-api';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

onBothEngines('a picture an operator sends', (open) => {
  let world: InboxWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  const openWorld = async () => {
    const kit = await open();
    const opened = await openInboxWorld(kit);
    world = opened;
    await opened.says('oA', '人工');
    const id = await opened.conversationOf('oA');
    const bytes = { 'content-type': 'application/octet-stream' };
    return {
      ...opened,
      kit,
      id,
      give: (content: Buffer) =>
        opened.served.call('POST', `/api/v1/conversations/${id}/pictures`, content, bytes),
      giveFromLibrary: (reference: string) =>
        opened.post(`/conversations/${id}/pictures/library`, { reference }),
      send: (mediaId: string) =>
        opened.post(`/conversations/${id}/messages`, { mediaId, clientKey: 'k1' }),
    };
  };

  test('is given to WeChat, sent by the ledger as a picture, and stays visible without WeChat', async () => {
    const { give, send, sending, wechat, served } = await openWorld();

    const given = await give(png);
    const made = await send(given.body.mediaId);
    await sending.sender.drain();
    const shown = await fetch(`${served.base}${made.body.mediaUrl}`);

    expect(given).toEqual({ status: 201, body: { mediaId: 'media-1' } });
    expect(made.body).toMatchObject({ kind: 'image', by: 'operator', mediaId: 'media-1' });
    expect(wechat.received.map(({ body }) => body)).toEqual([
      expect.objectContaining({ msgtype: 'image', image: { media_id: 'media-1' } }),
    ]);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
  });

  test('is a JPG or PNG by its bytes, and WeChat hears of nothing else', async () => {
    const { give, wechat } = await openWorld();

    const answers = [
      await give(Buffer.from('<svg onload="alert(1)"/>')),
      await give(Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0;', 'latin1')),
      await give(png.subarray(0, 40)),
    ];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [422, 'picture_unknown'],
      [422, 'picture_unknown'],
      [422, 'media_broken'],
    ]);
    expect(wechat.uploads).toBe(0);
  });

  test('is refused before the upload when it could not be sent, and told when WeChat does not take it', async () => {
    const { give, as, post, id, wechat, kit } = await openWorld();

    wechat.uploadAnswers.push({ errcode: 40005, errmsg: 'invalid file type' });
    const untaken = await give(png);
    await post(`/conversations/${id}/take`);
    as(zhou);
    const taken = await give(png);
    as({ id: 'LIN', name: '林芳' });
    kit.clock.advance(49 * 3_600_000);
    const late = await give(png);

    expect([untaken.status, untaken.body.code]).toEqual([502, 'picture_not_taken']);
    expect([taken.status, taken.body.code, taken.body.name]).toEqual([
      ...[409, 'conversation_taken', '林芳'],
    ]);
    expect([late.status, late.body.code]).toEqual([409, 'window_closed']);
    expect(wechat.uploads).toBe(1);
  });

  test('may come from the library, when this account may use it', async () => {
    const { giveFromLibrary, kit, accountId, wechat } = await openWorld();
    const put = async (scope: string, extra: number) => {
      const bytes = Buffer.concat([png.subarray(0, 33), chunk(extra), png.subarray(33)]);
      const { id } = await takeUpload(kit, owner, { bytes, name: 'a.png', scope });
      return `lib-${id}`;
    };
    const ours = await put(accountId, 1);
    const everyones = await put('all', 2);
    const foreign = await put('ANOTHER', 3);

    const answers = [];
    for (const one of [ours, everyones, foreign, 'lib-01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x']) {
      answers.push((await giveFromLibrary(one)).status);
    }

    expect(answers).toEqual([201, 201, 404, 404, 404]);
    expect(wechat.uploads).toBe(2);
  });
});

/** Harmless, and different each time: so are the bytes of the picture. */
function chunk(nth: number): Buffer {
  const made = Buffer.alloc(12 + 9);
  made.writeUInt32BE(9, 0);
  made.write('pHYs', 4, 'latin1');
  made.writeUInt32BE(nth, 8);
  return made;
}
