import { onBothEngines, someDay } from '../../test/support/open-kit';
import { openReplyApi } from '../../test/support/reply-api';
import { execute, insertRows } from '../kernel/database';

const wares =
  '口红 面霜 精华 眼影 粉底 香水 防晒 面膜 唇膏 护手霜 洗发水 沐浴露 卸妆油 爽肤水 化妆棉';
const asks = '怎么保存 多少钱 有几种颜色 能送人吗 怎么用 在哪里做的 有小瓶吗 断货了吗';
/** Enough phrasings that learning from them goes on in the background. */
const many = wares.split(' ').flatMap((ware, at) =>
  asks.split(' ').map((ask, place) => ({
    id: `many-${at}-${place}`,
    question: ware + ask,
    phrasing: `你们的${ware}${ask}`,
    answer: `${ware}：${ask}`,
  })),
);
const fresh = {
  question: '能带宠物进来吗',
  similar: ['小狗可以一起进店吗'],
  answer: '可以，请抱着',
};

onBothEngines('the questions of a large shop', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function shop() {
    const kit = await open();
    await kit.db.transact(async (tx) => {
      const rows = many.map(({ id, question, answer }) => ({
        ...{ id, question, answer, status: 'published' },
        ...{ createdAt: someDay, updatedAt: someDay },
      }));
      await insertRows(tx, 'faq', rows);
      const phrasings = many.map(({ id, phrasing }) => ({ faqId: id, place: '0000', phrasing }));
      await insertRows(tx, 'faq_phrasing', phrasings);
    });
    const made = await openReplyApi(kit);
    closing.push(made.close);
    const { replies, accountId } = made;
    const ask = (text: string) =>
      replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
    return { ...made, ask };
  }

  test('are answered before they are learned from, and learned in the background', async () => {
    const { api, replies, ask } = await shop();
    await replies.faqsAreLearned();

    const made = await api.call('POST', '/api/v1/faqs', fresh);
    const { isTrained } = replies.book.faqIndex;
    const answered = ask('小狗可以一起进店吗');
    await replies.faqsAreLearned();

    expect(isTrained).toBe(false);
    expect(answered).toMatchObject({ by: 'faq', faqId: made.body.id });
    expect(replies.book.faqIndex.isTrained).toBe(true);
    expect(ask('小狗可以一起进店吗')).toMatchObject({ by: 'faq', faqId: made.body.id });
  });

  test('stay as they are while a draft is written', async () => {
    const { api, replies } = await shop();
    await replies.faqsAreLearned();
    const { faqIndex } = replies.book;

    const added = await api.call('POST', '/api/v1/faqs', { ...fresh, asDraft: true });
    const changed = await api.call('PUT', '/api/v1/faqs/many-0-0', {
      question: '口红怎么放',
      similar: [],
      answer: '放阴凉处',
      asDraft: true,
    });
    await replies.faqsAreLive();

    expect([added.status, changed.status]).toEqual([201, 200]);
    expect(replies.book.faqIndex).toBe(faqIndex);
  });

  test('are not answered or offered any more as soon as they are gone, wherever that was done', async () => {
    const { kit, ask } = await shop();
    const before = ask('口红有几种颜色')?.faqId;

    await kit.db.transact(async (tx) => {
      await execute(tx, `DELETE FROM faq WHERE id = ?`, ['many-0-2']);
      await kit.versions.bump(tx, 'faqs');
    });
    await kit.versions.check(true);
    const after = ask('口红有几种颜色');

    expect(before).toBe('many-0-2');
    expect(after?.faqId).not.toBe('many-0-2');
    expect(after?.offered ?? []).not.toContain('many-0-2');
  });
});
