import { errcodeOf, openWeComRig, type Loose, type WeComRig } from './wecom-rig';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const png = { name: 'a.png', contentType: 'image/png', content: Buffer.from('not really a png') };
let rig: WeComRig;

beforeAll(async () => {
  rig = await openWeComRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.events.length = 0;
  rig.onEvent = () => undefined;
  await rig.api('POST', '/faults', { op: 'clear' });
});

/** Every page of a list. */
async function all<Item>(
  page: (after?: string) => Promise<{ items: readonly Item[]; next?: string }>,
): Promise<{ items: Item[]; pages: number }> {
  const items: Item[] = [];
  let pages = 0;
  let after: string | undefined;
  do {
    const one = await page(after);
    items.push(...one.items);
    after = one.next;
    pages += 1;
  } while (after !== undefined);
  return { items, pages };
}
const phoneOf = async (externalUserId: string): Promise<Loose[]> =>
  (await rig.api('GET', `/wecom/people/${externalUserId}/phone`)).body.items;

describe('customers', () => {
  test('a customer is read with the rep who has them and how they came', async () => {
    const { wecom, agent } = rig;
    const { personId, externalUserId } = await rig.newPerson({ name: '小林', unionid: 'oU1' });
    const { configId } = await wecom.addContactWay(agent, { userIds: ['sales01'], state: 'ch_42' });
    await rig.person(personId, 'add-rep', { configId });

    const detail = await wecom.getContact(agent, externalUserId);

    expect(detail.contact).toMatchObject({ name: '小林', kind: 'wechat', unionid: 'oU1' });
    expect(detail.links).toMatchObject([
      { userId: 'sales01', state: 'ch_42', addWay: 1, operator: externalUserId },
    ]);
    expect(await wecom.listReps(agent)).toEqual(['sales01', 'sales02', 'sales03']);
  });

  test('250 customers come in pages, each once, with the same words as one by one', async () => {
    const { wecom, agent, corpId } = rig;
    await rig.api('POST', `/wecom/corps/${corpId}/crowd`, {
      ...{ contacts: 250, userIds: ['sales02', 'sales03'], unionidShare: 0.5 },
    });

    const { items, pages } = await all((after) =>
      wecom.listContactsOf(agent, ['sales02', 'sales03'], after),
    );
    const lists = await Promise.all(
      ['sales02', 'sales03'].map((userId) => wecom.listContacts(agent, userId)),
    );

    expect(pages).toBe(3);
    const ids = items.map((item) => item.contact.externalUserId);
    expect(new Set(ids).size).toBe(250);
    expect([...ids].sort()).toEqual(lists.flat().sort());
    const one = await wecom.getContact(agent, ids[0]!);
    expect(one).toMatchObject({ contact: items[0]!.contact, links: [items[0]!.link] });
  });

  test('a rep without customers has an empty list, although the platform calls it an error', async () => {
    const { wecom, agent, corpId } = rig;
    await rig.api('POST', `/wecom/corps/${corpId}/staff`, { userId: 'sales09', name: '新人' });

    expect(await wecom.listContacts(agent, 'sales09')).toEqual([]);
  });

  test('remarks are kept field by field, and numbers can be cleared', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend();
    const note = { remark: '林女士', description: '咨询套餐', mobiles: ['13800000000'] };
    await wecom.remarkContact(agent, 'sales01', id, note);
    await wecom.remarkContact(agent, 'sales01', id, { mobiles: [] });

    const [link] = (await wecom.getContact(agent, id)).links;

    expect(link).toMatchObject({ remark: '林女士', description: '咨询套餐', mobiles: [] });
    const tooLong = wecom.remarkContact(agent, 'sales01', id, { remark: '长'.repeat(21) });
    expect(await errcodeOf(tooLong)).toBe(40058);
    expect(await errcodeOf(wecom.remarkContact(agent, 'sales02', id, note))).toBe(84061);
  });

  test('tags are made, put on one relation, renamed and removed', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend();
    const group = await wecom.addCorpTags(agent, { name: '意向' }, ['高', '中']);
    const [high, middle] = group.tags.map((tag) => tag.id) as [string, string];
    await wecom.markContact(agent, 'sales01', id, { add: [high, middle] });
    await wecom.markContact(agent, 'sales01', id, { remove: [middle] });
    await wecom.editCorpTag(agent, high, { name: '很高' });
    const again = await wecom.addCorpTags(agent, { id: group.id }, ['低']);

    const [link] = (await wecom.getContact(agent, id)).links;
    const [listed] = await wecom.listCorpTags(agent, { groupIds: [group.id] });

    expect(link!.tagIds).toEqual([high]);
    expect(again.id).toBe(group.id);
    expect(listed!.tags.map((tag) => tag.name).sort()).toEqual(['中', '低', '很高'].sort());
    expect(await errcodeOf(wecom.addCorpTags(agent, { name: '意向' }, ['低']))).toBe(40071);
    expect(await errcodeOf(wecom.addCorpTags(agent, { name: '意向' }, ['x'.repeat(31)]))).toBe(
      40072,
    );
    expect(await errcodeOf(wecom.markContact(agent, 'sales01', id, { add: ['etNone'] }))).toBe(
      40068,
    );
    expect(await errcodeOf(wecom.deleteCorpTags(rig.second, { groupIds: [group.id] }))).toBe(60011);

    await wecom.deleteCorpTags(agent, { groupIds: [group.id] });
    expect((await wecom.getContact(agent, id)).links[0]!.tagIds).toEqual([]);
    const [gone] = await wecom.listCorpTags(agent, { groupIds: [group.id] });
    expect(gone!.isDeleted).toBe(true);
    // Nothing of all this was done by hand, so nothing of it was told.
    expect(rig.events.filter((event) => event.kind !== 'contact-added')).toEqual([]);
  });

  test('an external contact and a follower are one person by their unionid', async () => {
    const { wecom, agent } = rig;
    await rig.api('POST', '/accounts', { name: '公众号' });
    const follower = (await rig.api('POST', '/people', { name: '一人', unionid: 'oUONE' })).body;
    await rig.person(follower.openid, 'add-rep', { userId: 'sales01' });
    const { contacts } = (await rig.api('GET', `/wecom/people/${follower.personId}`)).body;

    const found = await wecom.externalIdOfUnionid(agent, 'oUONE', follower.openid);

    expect(found).toEqual({ externalUserId: contacts[0].externalUserId });
    const { contact } = await wecom.getContact(agent, contacts[0].externalUserId);
    expect(contact.unionid).toBe('oUONE');
    const wrong = wecom.externalIdOfUnionid(agent, 'oOTHER', follower.openid);
    expect(await errcodeOf(wrong)).toBe(610014);
  });

  test('who is no customer yet has a pending id that meets them later', async () => {
    const { wecom, agent } = rig;
    const later = (await rig.api('POST', '/people', { unionid: 'oULATER' })).body;
    const before = await wecom.externalIdOfUnionid(agent, 'oULATER', later.openid);
    const { externalUserId } = await rig.person(later.personId, 'add-rep', { userId: 'sales01' });

    const [after] = await wecom.pendingIdsOf(agent, [externalUserId]);

    expect(before.externalUserId).toBeUndefined();
    expect(after!.pendingId).toBe(before.pendingId);
    expect(await wecom.openidOfContact(agent, externalUserId)).toMatch(/^o/);
    expect(await wecom.openidOfStaff(agent, 'sales01')).toMatch(/^o/);
  });

  test('unionids are told only to a corp that is bound, and never of other companies', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend('sales01', { unionid: 'oUX' });
    const partner = await rig.newFriend('sales01', { unionid: 'oUY', kind: 2, company: '友商' });
    const { contact } = await wecom.getContact(agent, partner);
    await rig.corp({ openPlatform: false });

    const unbound = await wecom.getContact(agent, id);
    await rig.corp({ openPlatform: true });

    expect(unbound.contact.unionid).toBeUndefined();
    expect(contact).toMatchObject({ kind: 'wecom', company: '友商' });
    expect(contact.unionid).toBeUndefined();
    expect(await errcodeOf(wecom.openidOfContact(agent, partner))).toBe(41056);
  });
});

describe('codes and links', () => {
  test('a printed code changes hands and keeps its picture', async () => {
    const { wecom, agent } = rig;
    const { configId, qrUrl } = await wecom.addContactWay(agent, {
      ...{ userIds: ['sales01', 'sales02'], state: 'ch_hands', remark: '展会' },
      isExclusive: true,
    });
    await wecom.changeContactWay(agent, configId, { userIds: ['sales03'] });
    const { personId } = await rig.newPerson();

    const scanned = await rig.person(personId, 'add-rep', { configId });

    expect(scanned.userId).toBe('sales03');
    expect(await wecom.getContactWay(agent, configId)).toEqual({
      ...{ configId, qrUrl, userIds: ['sales03'], departmentIds: [], remark: '展会' },
      ...{ state: 'ch_hands', skipsVerification: true, isExclusive: true },
    });
    const { items } = await all((after) => wecom.listContactWays(agent, {}, after));
    expect(items).toContain(configId);
    await wecom.deleteContactWay(agent, configId);
    expect(await errcodeOf(wecom.getContactWay(agent, configId))).toBe(41044);
  });

  test.each([
    ['nobody', { userIds: [], state: 's' }, 40063],
    ['a stranger', { userIds: ['nobody'], state: 's' }, 60111],
    ['a long state', { userIds: ['sales01'], state: 'x'.repeat(31) }, 40058],
    ['an unknown department', { userIds: [], departmentIds: [99], state: 's' }, 60003],
  ])('a code for %s is refused', async (_name, wanted, errcode) => {
    expect(await errcodeOf(rig.wecom.addContactWay(rig.agent, wanted))).toBe(errcode);
  });

  test('a room code brings people into its room, and tells by which code', async () => {
    const { wecom, agent } = rig;
    const { roomId } = await rig.staff('sales01', 'create-room', { name: '福利群' });
    const configId = await wecom.addRoomCode(agent, { roomIds: [roomId], state: 'ch_grp_1' });
    await wecom.changeRoomCode(agent, configId, { roomIds: [roomId], state: 'ch_grp_2' });
    const { personId, externalUserId } = await rig.newPerson({ name: '小陈' });
    await rig.person(personId, 'join-room', { configId });

    const room = await wecom.getRoom(agent, roomId);
    const wall = (await rig.api('GET', `/wecom/corps/${rig.corpId}/codes`)).body.items;

    expect(wall[0]).toMatchObject({ kind: 'room', configId, state: 'ch_grp_2', name: '福利群' });
    expect(await wecom.getRoomCode(agent, configId)).toMatchObject({
      ...{ configId, roomIds: [roomId], state: 'ch_grp_2', makesRooms: true },
    });
    expect(room).toMatchObject({ name: '福利群', owner: 'sales01' });
    expect(room.members.find((member) => member.id === externalUserId)).toMatchObject({
      ...{ kind: 'external', joinedBy: 'qr-code', state: 'ch_grp_2', name: '小陈' },
    });
    expect(rig.events.map((event) => event.kind)).toEqual(['room-created', 'room-changed']);
    expect(rig.events[1]).toMatchObject({
      ...{ change: 'members-joined', joinedBy: 'qr-code', memberIds: [externalUserId] },
      version: room.version,
    });
    await wecom.deleteRoomCode(agent, configId);
    expect(await errcodeOf(wecom.getRoomCode(agent, configId))).toBe(41044);
  });

  test('an acquisition link counts its uses and knows its customers', async () => {
    const { wecom, agent } = rig;
    const link = await wecom.createAcquisitionLink(agent, { name: '抖音', userIds: ['sales02'] });
    await wecom.changeAcquisitionLink(agent, link.linkId, { name: '抖音', userIds: ['sales01'] });
    const before = await wecom.acquisitionBalance(agent);
    const { personId } = await rig.newPerson();
    await rig.person(personId, 'add-rep', { linkId: link.linkId, customerChannel: 'douyin_07' });
    await rig.person(personId, 'say', { userId: 'sales01', text: '你好' });

    const { items } = await all((after) => wecom.listAcquired(agent, link.linkId, after));
    const wall = (await rig.api('GET', `/wecom/corps/${rig.corpId}/codes`)).body.items;

    expect(items).toMatchObject([{ userId: 'sales01', state: 'douyin_07', hasWritten: true }]);
    const onWall = wall.find((one: { linkId?: string }) => one.linkId === link.linkId);
    expect(onWall).toMatchObject({ kind: 'link', name: '抖音', state: 'douyin_07' });
    expect((await wecom.acquisitionBalance(agent)).balance).toBe(before.balance - 1);
    expect(rig.events.map((event) => event.kind)).toEqual(['contact-added', 'acquisition-changed']);
    expect((await wecom.listAcquisitionLinks(agent)).items).toEqual([link.linkId]);
    expect((await wecom.listAcquisitionLinks(rig.second)).items).toEqual([]);
    await wecom.deleteAcquisitionLink(agent, link.linkId);
    expect(await errcodeOf(wecom.listAcquired(agent, link.linkId))).toBe(40058);
  });
});

describe('rooms', () => {
  test('rooms are listed, counted and found', async () => {
    const { wecom, agent } = rig;
    const { roomId } = await rig.staff('sales03', 'create-room', { name: '老客群' });
    await rig.room(roomId, 'invite', { userId: 'sales01' });
    await rig.room(roomId, 'say', { memberId: 'sales03', text: '大家好' });

    const { items } = await all((after) => wecom.listRooms(agent, ['sales03'], after));
    const now = (await rig.api('GET', '/clock')).body.nowMs;
    const statistics = await wecom.roomStatistics(agent, ['sales03'], { from: now - DAY });

    expect(items).toEqual([{ roomId, state: 'normal' }]);
    expect(statistics.items).toMatchObject([
      { owner: 'sales03', rooms: 1, members: 2, messages: 1 },
    ]);
    expect(await wecom.roomIdOf(agent, roomId.replace(/^wr/, 'og'))).toBe(roomId);
    await rig.room(roomId, 'dismiss');
    expect(await errcodeOf(wecom.getRoom(agent, roomId))).toBe(49008);
    expect(await errcodeOf(wecom.getRoom(agent, 'wrNONE'))).toBe(90501);
  });

  test('a greeting for rooms belongs to the app that made it', async () => {
    const { wecom, agent, second } = rig;
    const id = await wecom.addRoomWelcome(agent, {
      text: '欢迎 %NICKNAME%',
      attachments: [{ kind: 'link', title: '手册', url: 'https://a.example/1' }],
    });
    await wecom.changeRoomWelcome(agent, id, { text: '欢迎' });

    expect(await errcodeOf(wecom.deleteRoomWelcome(second, id))).toBe(41058);
    await wecom.deleteRoomWelcome(agent, id);
    expect(await errcodeOf(wecom.deleteRoomWelcome(agent, id))).toBe(40058);
  });
});

describe('mass messages', () => {
  test('an order waits for the rep, is sent by their thumb and can be counted', async () => {
    const { wecom, agent } = rig;
    const [first, left] = [await rig.newFriend(), await rig.newFriend()];
    const ordered = await wecom.orderMassMessage(agent, {
      ...{ to: 'customers', sender: 'sales01', text: '上新了' },
      externalUserIds: [first, left, 'wmNOBODY'],
      attachments: [{ kind: 'link', title: '看看', url: 'https://a.example/1' }],
    });
    if (ordered.kind !== 'ok') throw new Error('not ordered');
    const { messageId, refused } = ordered.value;
    const waiting = await wecom.listMassTasks(agent, messageId);
    const unsent = await phoneOf(first);
    await rig.person(left, 'delete-rep', { userId: 'sales01' });
    await rig.staff('sales01', 'confirm-mass', { msgId: messageId });

    const results = await all((after) => wecom.listMassResults(agent, messageId, 'sales01', after));

    expect(refused).toEqual(['wmNOBODY']);
    expect(waiting.items).toMatchObject([{ userId: 'sales01', isConfirmed: false }]);
    expect(unsent).toEqual([]);
    expect((await wecom.listMassTasks(agent, messageId)).items[0]!.isConfirmed).toBe(true);
    expect(results.items.map(({ receiver, outcome }) => [receiver, outcome])).toEqual([
      [first, 'sent'],
      [left, 'not-a-friend'],
    ]);
    expect((await phoneOf(first)).map((message) => message.kind)).toEqual(['link', 'text']);
    expect(await phoneOf(left)).toEqual([]);
    const now = (await rig.api('GET', '/clock')).body.nowMs;
    const span = { to: 'customers', from: now - DAY, until: now } as const;
    const listed = await all((after) => wecom.listMassMessages(agent, span, after));
    expect(listed.items).toMatchObject([{ messageId, isPersonal: false, text: '上新了' }]);
    // There is no callback for any of it.
    expect(rig.events.every((event) => event.kind.startsWith('contact-'))).toBe(true);
  });

  test('without a sender each customer goes to the rep who last dealt with them', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend('sales01');
    await rig.person(id, 'add-rep', { userId: 'sales02' });
    await rig.advance(1_000);
    await rig.staff('sales01', 'say', { externalUserId: id, text: '在吗' });

    const ordered = await wecom.orderMassMessage(agent, {
      ...{ to: 'customers', externalUserIds: [id], text: '上新了' },
    });

    if (ordered.kind !== 'ok') throw new Error('not ordered');
    const tasks = await wecom.listMassTasks(agent, ordered.value.messageId);
    expect(tasks.items.map((task) => task.userId)).toEqual(['sales01']);
  });

  test('tags choose: one of each list, and all lists', async () => {
    const { wecom, agent } = rig;
    const [both, one] = [await rig.newFriend('sales03'), await rig.newFriend('sales03')];
    const { tags } = await wecom.addCorpTags(agent, { name: '筛选' }, ['a', 'b', 'c']);
    const [a, b, c] = tags.map((tag) => tag.id) as [string, string, string];
    await wecom.markContact(agent, 'sales03', both, { add: [a, c] });
    await wecom.markContact(agent, 'sales03', one, { add: [b] });

    const ordered = await wecom.orderMassMessage(agent, {
      ...{ to: 'customers', sender: 'sales03', text: 'x', tagIds: [[a, b], [c]] },
    });

    if (ordered.kind !== 'ok') throw new Error('not ordered');
    const { items } = await wecom.listMassResults(agent, ordered.value.messageId, 'sales03');
    expect(items.map((item) => item.receiver)).toEqual([both]);
  });

  test('a customer has only so many a day, a week or a month', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend();
    const order = async () => {
      const ordered = await wecom.orderMassMessage(agent, {
        ...{ to: 'customers', sender: 'sales01', externalUserIds: [id], text: 'x' },
      });
      return ordered.kind === 'ok' ? ordered.value.messageId : ordered.kind;
    };
    await rig.corp({ massCap: 'day' });
    const [first, second] = [await order(), await order()];
    await rig.staff('sales01', 'confirm-mass', { msgId: first });
    await rig.staff('sales01', 'confirm-mass', { msgId: second });

    const capped = await wecom.listMassResults(agent, second, 'sales01');
    const third = await order();
    await rig.advance(DAY);
    const nextDay = await order();
    await rig.corp({ massCap: 'days-of-month' });

    expect(capped.items).toMatchObject([{ outcome: 'capped' }]);
    // Nobody is left to send to.
    expect(third).toBe('refused');
    expect(nextDay).toMatch(/^msg/);
  });

  test('results come after the dispatch; reminders are three; a cancelled order is dead', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend();
    await rig.corp({ dispatchMs: 60_000 });
    const ordered = await wecom.orderMassMessage(agent, {
      ...{ to: 'customers', sender: 'sales01', externalUserIds: [id], text: 'x' },
    });
    await rig.corp({ dispatchMs: 0 });
    if (ordered.kind !== 'ok') throw new Error('not ordered');
    const { messageId } = ordered.value;
    const early = await errcodeOf(wecom.listMassResults(agent, messageId, 'sales01'));
    await rig.advance(61_000);

    for (let turn = 0; turn < 3; turn += 1) await wecom.remindMassSenders(agent, messageId);
    const fourth = await errcodeOf(wecom.remindMassSenders(agent, messageId));
    await wecom.cancelMassMessage(agent, messageId);

    expect(early).toBe(41063);
    expect(fourth).toBe(41094);
    // Cancelled is cancelled: asking again is no error to us.
    await wecom.cancelMassMessage(agent, messageId);
    await expect(rig.staff('sales01', 'confirm-mass', { msgId: messageId })).rejects.toThrow(
      'cancelled',
    );
  });

  test('rooms get theirs through their owner', async () => {
    const { wecom, agent } = rig;
    const { roomId } = await rig.staff('sales02', 'create-room', { name: '群' });
    const ordered = await wecom.orderMassMessage(agent, {
      ...{ to: 'rooms', sender: 'sales02', roomIds: [roomId], text: '周末见' },
    });
    if (ordered.kind !== 'ok') throw new Error('not ordered');
    await rig.staff('sales02', 'confirm-mass', { msgId: ordered.value.messageId });

    const { items } = await wecom.listMassResults(agent, ordered.value.messageId, 'sales02');

    expect(items).toMatchObject([{ receiver: roomId, outcome: 'sent' }]);
  });

  test.each<[string, object, number]>([
    ['nothing said', { text: '' }, 44004],
    ['too many words', { text: '长'.repeat(1_334) }, 45002],
    ['a picture nobody uploaded', { attachments: [{ kind: 'image', mediaId: 'MNONE' }] }, 40007],
    [
      'ten attachments',
      {
        attachments: Array.from({ length: 10 }, () => ({
          ...{ kind: 'link', title: 't', url: 'https://a.example' },
        })),
      },
      41064,
    ],
  ])('%s is refused', async (_name, message, errcode) => {
    const id = await rig.newFriend();
    const order = { to: 'customers', externalUserIds: [id], ...message } as const;

    expect(await errcodeOf(rig.wecom.orderMassMessage(rig.agent, order))).toBe(errcode);
  });
});

describe('moments', () => {
  test('a moment is ordered, published by the rep, and reaches the customers with the tag', async () => {
    const { wecom, agent } = rig;
    const [seen, unseen] = [await rig.newFriend('sales02'), await rig.newFriend('sales02')];
    const { tags } = await wecom.addCorpTags(agent, { name: '朋友圈' }, ['看']);
    await wecom.markContact(agent, 'sales02', seen, { add: [tags[0]!.id] });
    const mediaId = await wecom.uploadAttachment(agent, 'image', png);
    const ordered = await wecom.orderMoment(agent, {
      ...{ text: '新品', userIds: ['sales02'], tagIds: [tags[0]!.id] },
      media: { kind: 'images', mediaIds: [mediaId] },
    });
    if (ordered.kind !== 'ok') throw new Error('not ordered');
    const job = await wecom.momentJob(agent, ordered.value.jobId);
    if (job.state !== 'done') throw new Error('not done');
    const { momentId } = job;
    const tooEarly = await errcodeOf(wecom.listMomentReceivers(agent, momentId, 'sales02'));
    await rig.staff('sales02', 'confirm-moment', { momentId });
    await rig.person(seen, 'react-to-moment', { momentId, userId: 'sales02', kind: 'like' });

    const { items } = await all((after) =>
      wecom.listMomentReceivers(agent, momentId, 'sales02', after),
    );

    expect(tooEarly).toBe(41062);
    expect(items).toEqual([seen]);
    expect(await phoneOf(unseen)).toEqual([]);
    expect((await wecom.listMomentTasks(agent, momentId)).items).toEqual([
      { userId: 'sales02', isPublished: true },
    ]);
    expect(await wecom.momentReactions(agent, momentId, 'sales02')).toMatchObject({
      ...{ comments: [], likes: [{ by: seen }] },
    });
    const now = (await rig.api('GET', '/clock')).body.nowMs;
    const listed = await wecom.listMoments(agent, { from: now - DAY, until: now });
    expect(listed.items).toMatchObject([{ momentId, isPersonal: false, text: '新品' }]);
    await wecom.cancelMoment(agent, momentId);
  });

  test('media of another upload are not for moments', async () => {
    const { wecom, agent } = rig;
    const mediaId = await wecom.uploadMedia(agent, 'image', png);
    const moment = { media: { kind: 'images', mediaIds: [mediaId] } } as const;

    expect(await errcodeOf(wecom.orderMoment(agent, moment))).toBe(40007);
  });
});

describe('hand-overs', () => {
  test('one settles by itself after a day, and both reps are told', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend('sales01');
    await wecom.remarkContact(agent, 'sales01', id, { remark: '老客' });
    rig.events.length = 0;
    const pair = { way: 'on-job', from: 'sales01', to: 'sales02' } as const;
    const asked = await wecom.transferContacts(agent, {
      ...pair,
      externalUserIds: [id, 'wmNOBODY'],
      message: '以后由我服务您',
    });
    const again = await wecom.transferContacts(agent, { ...pair, externalUserIds: [id] });
    const waiting = await wecom.listTransferResults(agent, pair);
    await rig.advance(DAY + 1_000);

    const done = await all((after) => wecom.listTransferResults(agent, pair, after));

    expect(asked).toMatchObject([
      { externalUserId: id, isAccepted: true },
      { isAccepted: false, errcode: 40096, reason: 'external-userid-invalid' },
    ]);
    expect(again).toMatchObject([{ isAccepted: false, reason: 'already-in-transfer' }]);
    expect(waiting.items).toMatchObject([{ externalUserId: id, state: 'waiting' }]);
    expect(done.items).toMatchObject([{ externalUserId: id, state: 'done' }]);
    expect(rig.events).toMatchObject([
      { kind: 'contact-added', userId: 'sales02', openid: id },
      { kind: 'contact-deleted-by-rep', userId: 'sales01', byTransfer: true },
    ]);
    expect((await wecom.getContact(agent, id)).links).toMatchObject([
      { userId: 'sales02', remark: '老客', addWay: 202 },
    ]);
  });

  test('a customer may refuse, and may be full up to here with hand-overs', async () => {
    const { wecom, agent } = rig;
    const id = await rig.newFriend('sales01');
    const move = (from: string, to: string) =>
      wecom.transferContacts(agent, { way: 'on-job', from, to, externalUserIds: [id] });
    await move('sales01', 'sales02');
    rig.events.length = 0;
    await rig.person(id, 'refuse-transfer');

    expect(rig.events).toMatchObject([
      { kind: 'contact-transfer-failed', userId: 'sales02', reason: 'customer-refused' },
    ]);
    const pair = { way: 'on-job', from: 'sales01', to: 'sales02' } as const;
    const { items } = await wecom.listTransferResults(agent, pair);
    expect(items.find((item) => item.externalUserId === id)).toMatchObject({ state: 'refused' });
    await move('sales01', 'sales02');
    await rig.advance(DAY + 1_000);
    await move('sales02', 'sales03');
    await rig.advance(DAY + 1_000);
    expect(await move('sales03', 'sales01')).toMatchObject([{ errcode: 40128 }]);
  });

  test('those of a rep who left are found, handed over, and no deletion is told', async () => {
    const { wecom, agent, corpId } = rig;
    await rig.api('POST', `/wecom/corps/${corpId}/staff`, { userId: 'leaver', name: '要走的' });
    const id = await rig.newFriend('leaver');
    const { roomId } = await rig.staff('leaver', 'create-room', { name: '群' });
    const order = {
      way: 'resigned',
      from: 'leaver',
      to: 'sales01',
      externalUserIds: [id],
    } as const;
    const tooEarly = await errcodeOf(wecom.transferContacts(agent, order));
    await rig.staff('leaver', 'leave');

    const { items } = await all((after) => wecom.listUnassigned(agent, after));
    const failed = await wecom.transferRooms(agent, {
      ...{ way: 'resigned', roomIds: [roomId, 'wrNONE'], newOwner: 'sales01' },
    });
    await wecom.transferContacts(agent, order);
    rig.events.length = 0;
    await rig.advance(DAY + 1_000);

    expect(tooEarly).toBe(40097);
    expect(items).toMatchObject([{ from: 'leaver', externalUserId: id }]);
    expect(failed).toEqual([{ roomId: 'wrNONE', errcode: 90501, reason: 'not-a-customer-room' }]);
    expect((await wecom.getRoom(agent, roomId)).owner).toBe('sales01');
    expect(rig.events).toMatchObject([{ kind: 'contact-added', userId: 'sales01', openid: id }]);
    expect((await wecom.listUnassigned(agent)).items).toEqual([]);
    const onJob = { way: 'on-job', roomIds: [roomId], newOwner: 'sales02' } as const;
    expect(await wecom.transferRooms(agent, onJob)).toEqual([]);
  });
});

describe('staff', () => {
  test('departments and members are read', async () => {
    const { wecom, agent, corpId } = rig;
    const { body } = await rig.api('POST', `/wecom/corps/${corpId}/departments`, { name: '门店' });
    await rig.api('POST', `/wecom/corps/${corpId}/staff`, {
      ...{ userId: 'clerk', name: '店员', departments: [body.id], position: '顾问' },
    });

    const departments = await wecom.listDepartments(agent);
    const below = await wecom.listStaff(agent, 1, true);

    expect(departments).toContainEqual({
      ...{ id: body.id, name: '门店', parentId: 1, order: 0, leaderIds: [] },
    });
    expect(await wecom.listStaff(agent, body.id)).toHaveLength(1);
    expect(below.map((member) => member.userId)).toContain('clerk');
    expect(await wecom.getStaffMember(agent, 'clerk')).toMatchObject({
      ...{ name: '店员', position: '顾问', status: 'active', mainDepartmentId: body.id },
    });
    expect(await errcodeOf(wecom.getStaffMember(agent, 'nobody'))).toBe(60111);
    expect(rig.events.map((event) => event.kind)).toEqual(['department-changed', 'staff-changed']);
  });

  test('a message tells who could not be reached, and the same words are not said twice', async () => {
    const { wecom, agent } = rig;
    const message = { kind: 'text', text: '今日待办' } as const;

    const told = await wecom.tellStaff(agent, ['sales01', 'Nobody'], message);
    await wecom.tellStaff(agent, ['sales01', 'Nobody'], message);

    expect(told).toMatchObject({ kind: 'ok', value: { unreached: ['nobody'] } });
    const phone = `/wecom/corps/${rig.corpId}/staff/sales01/phone`;
    const saidVia = async (via: string) =>
      (await rig.api('GET', `${phone}?via=${via}`)).body.items.filter(
        (one: Loose) => one.text === '今日待办',
      );
    expect(await saidVia('app')).toHaveLength(1);
    expect(await saidVia('chat')).toHaveLength(0);
    expect(await errcodeOf(wecom.tellStaff(agent, ['nobody'], message))).toBe(81013);
    if (told.kind === 'ok') await wecom.recallStaffMessage(agent, told.value.messageId);
    expect(await saidVia('app')).toHaveLength(0);
  });

  test('a card with buttons comes back as an answer and is settled once', async () => {
    const { wecom, agent } = rig;
    await wecom.tellStaff(agent, ['sales01'], {
      ...{ kind: 'buttons', taskId: 'sop-1', title: '回访', url: 'https://a.example' },
      buttons: [{ text: '完成', key: 'done' }],
    });
    await rig.staff('sales01', 'answer-card', {
      ...{ agentId: agent.agentId, taskId: 'sop-1', key: 'done' },
    });

    const [answer] = rig.events;

    expect(answer).toMatchObject({ kind: 'app-card-answered', userId: 'sales01', key: 'done' });
    const code = (answer as Loose).responseCode;
    await wecom.settleCard(agent, ['sales01'], code, '已完成');
    expect(await errcodeOf(wecom.settleCard(agent, ['sales01'], code, '已完成'))).toBe(60140);
  });

  test('a sign-in code says who came, once, within five minutes, to the app it was made for', async () => {
    const { wecom, agent, second } = rig;
    const code = async (who: object): Promise<string> => {
      const path = `/wecom/corps/${rig.corpId}/agents/${agent.agentId}/login-code`;
      return (await rig.api('POST', path, who)).body.code;
    };
    const customer = await rig.newFriend();
    const stranger = await rig.newPerson();
    const used = await code({ userId: 'sales01' });
    const old = await code({ userId: 'sales01' });

    expect(await wecom.signedIn(agent, used)).toEqual({ kind: 'staff', userId: 'sales01' });
    expect(await errcodeOf(wecom.signedIn(agent, used))).toBe(42022);
    expect(await errcodeOf(wecom.signedIn(second, old))).toBe(40029);
    expect(await errcodeOf(wecom.signedIn(agent, 'forged'))).toBe(40029);
    expect(await wecom.signedIn(agent, await code({ personId: customer }))).toMatchObject({
      ...{ kind: 'outsider', externalUserId: customer },
    });
    const outside = await wecom.signedIn(agent, await code({ personId: stranger.personId }));
    expect(outside).toMatchObject({ kind: 'outsider' });
    expect(outside).not.toHaveProperty('externalUserId');
    await rig.advance(301_000);
    expect(await errcodeOf(wecom.signedIn(agent, old))).toBe(42003);
  });

  test('the two tickets differ, and stay while they live', async () => {
    const { wecom, agent } = rig;
    const corp = await wecom.corpTickets.current(agent);
    const app = await wecom.agentTickets.current(agent);
    await wecom.corpTickets.forget(agent);

    expect(app).not.toBe(corp);
    expect(await wecom.corpTickets.current(agent)).toBe(corp);
  });
});

describe('customer service', () => {
  async function desk() {
    const { wecom, agent, corpId } = rig;
    const { kfId } = (await rig.api('POST', `/wecom/corps/${corpId}/kf`, { name: '客服' })).body;
    const visitor = await rig.newPerson({ name: '访客', unionid: 'oUV' });
    return { wecom, agent, kfId, ...visitor };
  }

  test('a bell is answered by a pull, and the visitor by five messages', async () => {
    const { wecom, agent, kfId, personId, externalUserId } = await desk();
    await rig.person(personId, 'kf-enter', { kfId, scene: 'shop' });
    await rig.person(personId, 'kf-say', { kfId, text: '怎么退款' });
    const bell = rig.events.at(-1) as Loose;

    const pulled = await wecom.pullKfMessages(agent, { kfId, token: bell.token });

    expect(rig.events.map((event) => event.kind)).toEqual(Array(2).fill('kf-messages-waiting'));
    expect(pulled.messages).toMatchObject([
      { kind: 'entered', scene: 'shop', externalUserId },
      { kind: 'said', by: 'visitor', text: '怎么退款', externalUserId, kfId },
    ]);
    const rest = await wecom.pullKfMessages(agent, { kfId, cursor: pulled.cursor });
    expect(rest).toMatchObject({ messages: [], hasMore: false, cursor: pulled.cursor });

    const chat = { kfId, externalUserId };
    const choices = [{ id: '1', label: '退款' }];
    const menu = { kind: 'choices', before: '请选', choices } as const;
    expect(await wecom.sayInKf(agent, chat, menu)).toMatchObject({ kind: 'ok' });
    for (let turn = 0; turn < 4; turn += 1) {
      const key = `k${kfId.slice(-8)}${turn}`;
      const said = { kind: 'text', text: `${turn}` } as const;
      await wecom.sayInKf(agent, { ...chat, key }, said);
      // The same key again is the same message.
      expect(await wecom.sayInKf(agent, { ...chat, key }, said)).toMatchObject({ kind: 'ok' });
    }
    const sixth = await wecom.sayInKf(agent, chat, { kind: 'text', text: '6' });
    expect(sixth).toMatchObject({ kind: 'refused', error: { outcome: { kind: 'window' } } });
    expect((await phoneOf(externalUserId)).filter((one) => one.direction === 'in')).toHaveLength(5);
    await rig.person(personId, 'kf-say', { kfId, text: '还在吗' });
    await rig.advance(48 * HOUR + 1_000);
    expect(await errcodeOf(wecom.sayInKf(agent, chat, { kind: 'text', text: '在' }))).toBe(95002);
  });

  test('a greeting is for who enters, once, within twenty seconds', async () => {
    const { wecom, agent, kfId, personId } = await desk();
    await rig.person(personId, 'kf-enter', { kfId });
    const { messages } = await wecom.pullKfMessages(agent, { kfId });
    const { welcomeCode } = messages[0] as Loose;
    const greeting = { kind: 'text', text: '您好' } as const;

    expect(await wecom.answerKfEvent(agent, welcomeCode, greeting)).toMatchObject({ kind: 'ok' });
    expect(await errcodeOf(wecom.answerKfEvent(agent, welcomeCode, greeting))).toBe(95007);
    await rig.person(personId, 'kf-enter', { kfId });
    const again = await wecom.pullKfMessages(agent, { kfId });
    expect((again.messages.at(-1) as Loose).welcomeCode).toBeUndefined();
  });

  test('a chat goes from bot to person to end, and no other way', async () => {
    const { wecom, agent, kfId, personId, externalUserId } = await desk();
    await rig.person(personId, 'kf-say', { kfId, text: '转人工' });
    const chat = { kfId, externalUserId };
    const asked = { state: 'person', servicer: 'sales01' } as const;
    expect((await wecom.kfState(agent, kfId, externalUserId)).state).toBe('new');
    await wecom.moveKfChat(agent, chat, { state: 'bot' });
    expect(await errcodeOf(wecom.moveKfChat(agent, chat, asked))).toBe(95014);
    await fetch(
      `${rig.base}/sandbox/wecom/cgi-bin/kf/servicer/add?access_token=${await wecom.tokens.current(agent)}`,
      { method: 'POST', body: JSON.stringify({ open_kfid: kfId, userid_list: ['sales01'] }) },
    );

    expect((await wecom.kfServicers(agent, kfId)).staff).toEqual([
      { userId: 'sales01', serving: true },
    ]);
    const { code } = await wecom.moveKfChat(agent, chat, asked);

    expect(await wecom.kfState(agent, kfId, externalUserId)).toEqual({
      ...{ state: 'person', servicer: 'sales01' },
    });
    expect(await wecom.answerKfEvent(agent, code!, { kind: 'text', text: '转好了' })).toMatchObject(
      {
        kind: 'ok',
      },
    );
    expect(await errcodeOf(wecom.sayInKf(agent, chat, { kind: 'text', text: 'x' }))).toBe(95018);
    expect(await errcodeOf(wecom.moveKfChat(agent, chat, { state: 'bot' }))).toBe(95016);
    await wecom.moveKfChat(agent, chat, { state: 'ended' });
    expect(await errcodeOf(wecom.sayInKf(agent, chat, { kind: 'text', text: 'x' }))).toBe(95013);
  });

  test('accounts, links and visitors are known, and a visitor is the customer of the same id', async () => {
    const { wecom, agent, kfId, externalUserId } = await desk();

    const accounts = await wecom.listKfAccounts(agent);
    const visitors = await wecom.getKfVisitors(agent, [externalUserId, 'wmNONE']);

    expect(accounts.items.map((account) => account.kfId)).toContain(kfId);
    expect(await wecom.kfLink(agent, kfId, 'shop_1')).toContain('enc_scene=shop_1');
    expect(visitors).toMatchObject([{ externalUserId, name: '访客', unionid: 'oUV' }]);
    expect(await errcodeOf(wecom.pullKfMessages(agent, { kfId: 'wkNONE' }))).toBe(95000);
    expect(await errcodeOf(wecom.pullKfMessages(agent, { kfId, token: 'ENC1xother' }))).toBe(95007);
  });

  test('2,500 messages are pulled in three pages, each once', async () => {
    const { wecom, agent, kfId, personId } = await desk();
    await rig.person(personId, 'kf-say', { kfId, text: '在吗', times: 2_500 });

    const seen: string[] = [];
    let cursor = '';
    let pages = 0;
    for (let more = true; more; pages += 1) {
      const pulled = await wecom.pullKfMessages(agent, { kfId, cursor });
      seen.push(...pulled.messages.map((message) => message.messageId));
      cursor = pulled.cursor;
      more = pulled.hasMore;
    }

    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(2_500);
  });
});

describe('media', () => {
  test('a file comes back as it went, for three days', async () => {
    const { wecom, agent, second } = rig;
    const mediaId = await wecom.uploadMedia(agent, 'file', { ...png, name: '报价.pdf' });

    const fetched = await wecom.fetchMedia(second, mediaId);

    expect(fetched.content.equals(png.content)).toBe(true);
    expect(await wecom.uploadPicture(agent, png)).toContain('/sandbox/wecom/media/');
    await rig.advance(3 * DAY + 1_000);
    expect(await errcodeOf(wecom.fetchMedia(agent, mediaId))).toBe(40007);
    const empty = { ...png, content: Buffer.from('1234') };
    expect(await errcodeOf(wecom.uploadMedia(agent, 'image', empty))).toBe(44001);
    expect(await errcodeOf(wecom.uploadMedia(agent, 'video', png))).toBe(40004);
  });
});

test('a welcome goes to the phone in the name of the rep', async () => {
  const { wecom, agent } = rig;
  const mediaId = await wecom.uploadMedia(agent, 'image', png);
  rig.onEvent = async (event) => {
    if (event.kind === 'contact-added' && event.welcomeCode !== undefined)
      await wecom.sendWelcome(agent, event.welcomeCode, {
        text: '您好，我是您的顾问',
        attachments: [{ kind: 'image', mediaId }],
      });
  };
  const { personId } = await rig.newPerson();

  const added = await rig.person(personId, 'add-rep?settle=1000', { userId: 'sales01' });

  expect(added.received).toMatchObject([
    { via: 'welcome', userId: 'sales01', text: '您好，我是您的顾问' },
    { via: 'welcome', kind: 'image' },
  ]);
});

// Stands last: it looks at what the others did.
test('every call of the client was made', () => {
  const names = Object.keys(rig.wecom);

  expect(names.filter((name) => !rig.called.has(name))).toEqual([]);
});
