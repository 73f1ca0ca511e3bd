import { AccountBook } from '../../src/accounts';
import type { InboundEvent, Reply } from '../../src/channels/inbound-event';
import { recoverLateReply } from '../../src/intake';
import { keywordPackets, lateReplies, packetsOfRules } from '../../src/answering';
import { startPromotion, type KeywordHit } from '../../src/red-packets';
import { explainHit } from '../../src/red-packets/explain-hit';
import { payForKeyword } from '../../src/red-packets/pay-for-keyword';
import { replyOperations } from '../../src/replies';
import { MoneyWorld, owner } from '../support/money-world';
import { onBothEngines } from '../support/open-kit';
import { openReplyProcess } from '../support/reply-world';
import { serveApi } from '../support/serve-api';

type Shown = { reply: Reply; also: object; redPacket: { code: string; text: string } };
const words = (text: string) => ({ type: 'text', text });

onBothEngines('a red packet by keyword', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const world = async (form: object = {}) => {
    const kit = await open();
    const money = await MoneyWorld.open(kit);
    const { accountId, appId } = money;
    const [identityId = ''] = await money.addFollowers(['oA']);
    const book = await AccountBook.open(kit);
    const said = await openReplyProcess(kit, accountId, kit.versions);
    const keyword = {
      pay: (hit: KeywordHit) => payForKeyword(kit, money.rail, hit),
      explain: (hit: Parameters<typeof explainHit>[1]) => explainHit(kit, hit),
    };
    const answers = keywordPackets(kit, keyword);
    // An answer has time: only here the clock really waits.
    const clock = {
      system: () => kit.clock.system(),
      business: () => kit.clock.business(),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref()),
    };
    const late = lateReplies({ ...kit, clock }, said.sending, answers);
    const packets = packetsOfRules(kit, keyword);
    const api = await serveApi(kit, replyOperations(kit, { book, replies: said.replies, packets }));
    closing.push(api.close, said.close);
    const promotionId = await money.draft({ oncePer: 'promotion', segmentId: null, ...form });
    const rule = (facts: object) =>
      api.call('POST', '/api/v1/reply-rules', {
        ...{ match: 'words', keywords: ['芝麻开门'], appId, answer: words('红包来啦') },
        ...{ also: { redPacket: { promotionId }, addTags: ['抢红包'] }, publish: true },
        ...facts,
      });
    const event = (key: string, text = '芝麻开门') =>
      ({
        ...{ accountId, appId, dedupeKey: key, laneKey: `${accountId}:oA`, openid: 'oA' },
        ...{ at: kit.clock.business(), kind: 'text', text, messageId: key },
      }) as InboundEvent;
    const hear = (key: string) => late.answer(event(key), said.intake);
    const timeline = () =>
      kit.db.read.all<{ kind: string; params: string }>(
        `SELECT kind, params FROM timeline_entry WHERE identityId = ? ORDER BY id`,
        [identityId],
      );
    return {
      ...{ kit, money, api, promotionId, rule, event, hear, said, answers, timeline },
      identityId,
    };
  };

  test('who says it is paid and told so; a second time, a repeat, the end are told in words', async () => {
    const { kit, money, promotionId, rule, hear, timeline } = await world({ budgetFen: 100 });
    await rule({ also: { redPacket: { promotionId, closed: '八点开抢' }, addTags: ['抢红包'] } });
    kit.clock.advance(400);

    const early = await hear('m0');
    await startPromotion(kit, owner, promotionId);
    const first = [await hear('m1'), await hear('m1'), await hear('m1')];
    await money.drain();
    const second = await hear('m2');

    expect(early).toEqual({ kind: 'text', text: '八点开抢' });
    expect(first).toEqual(Array.from({ length: 3 }, () => ({ kind: 'text', text: '红包来啦' })));
    expect(second).toMatchObject({ text: expect.stringContaining('已经领过') });
    expect(money.wechat.sum('sent')).toBe(100);
    const told = (await timeline()).filter(({ kind }) => kind === 'message-out');
    expect(told.map(({ params }) => (JSON.parse(params) as { text: string }).text)).toEqual([
      ...['八点开抢', '红包来啦', expect.stringContaining('已经领过')],
    ]);
    expect((await timeline()).map(({ kind }) => kind)).toContain('tagged');
    expect(await money.check()).toMatchObject({ ok: true });
  });

  test('a process that died after the event: the job pays once and says it as a message', async () => {
    const { kit, money, promotionId, rule, event, said, answers, hear } = await world();
    await rule({});
    await startPromotion(kit, owner, promotionId);
    kit.clock.advance(400);
    const taken = await said.intake.take(event('m1'));
    const spoken: string[] = [];
    const parts = {
      answers,
      speak: (_tx: unknown, { reply }: { reply: Reply }) => {
        spoken.push(reply.kind === 'text' ? reply.text : reply.kind);
        return Promise.resolve(true);
      },
    };
    const job = { eventId: taken.eventId, later: taken.later ?? { kind: '', payload: null } };

    await recoverLateReply(kit, parts, job);
    await recoverLateReply(kit, parts, job);
    await money.drain();
    const repeat = await hear('m1');

    expect(taken.replyState).toBe('pending');
    expect(spoken).toEqual(['红包来啦']);
    expect(repeat).toBeUndefined();
    expect(await money.payouts(promotionId)).toHaveLength(1);
    expect(money.wechat.sum('sent')).toBe(100);
  });

  test('after its end the rule says its own words, or those for when it is closed', async () => {
    const endsAt = Date.parse('2026-12-24T20:00:00+08:00');
    const { kit, api, money, promotionId, rule, hear } = await world({
      endsAt: new Date(endsAt).toISOString(),
    });
    const made = await rule({ also: { redPacket: { promotionId, ended: '明年再来' } } });
    await startPromotion(kit, owner, promotionId);
    kit.clock.set(endsAt);

    const told = await hear('m1');
    const shown = await api.call('POST', '/api/v1/replies/explain', {
      ...{ text: '芝麻开门', appId: money.appId, openid: 'oA' },
    });
    await api.call('PUT', `/api/v1/reply-rules/${String(made.body['id'])}`, {
      ...{ match: 'words', keywords: ['芝麻开门'], appId: money.appId, publish: true },
      ...{ answer: words('红包来啦'), also: { redPacket: { promotionId, closed: '八点开抢' } } },
    });
    kit.clock.advance(400);

    expect(told).toEqual({ kind: 'text', text: '明年再来' });
    const { redPacket } = shown.body as unknown as Shown;
    expect(redPacket).toMatchObject({
      code: 'ended',
      text: expect.stringContaining('2026-12-24 20:00'),
    });
    expect(await hear('m2')).toEqual({ kind: 'text', text: '八点开抢' });
    expect(await money.payouts(promotionId)).toHaveLength(0);
  });

  test('the bench says what it would pay and pays nothing; rules that may not pay are refused', async () => {
    const { kit, money, api, promotionId, rule } = await world();
    await rule({});
    await startPromotion(kit, owner, promotionId);
    kit.clock.advance(400);

    const shown = await api.call('POST', '/api/v1/replies/explain', {
      ...{ text: '芝麻开门', appId: money.appId, openid: 'oA' },
    });
    const refused = [
      await rule({ match: 'event', keywords: ['subscribe'] }),
      await rule({ appId: null }),
      await rule({ also: { redPacket: { promotionId: await money.draft() } } }),
    ];
    api.as({ permissions: new Set(['replies.read', 'replies.edit', 'replies.publish']) });
    const notTheirs = await rule({});

    const { reply, redPacket } = shown.body as unknown as Shown;
    expect(reply).toMatchObject({ text: '红包来啦' });
    expect(redPacket).toMatchObject({ code: 'would_pay', text: expect.stringContaining('1.00') });
    expect(await money.payouts(promotionId)).toHaveLength(0);
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(notTheirs.status).toBe(403);
  });
});
