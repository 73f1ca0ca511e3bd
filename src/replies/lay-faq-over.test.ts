import { askFaq, buildFaqIndex, type Faq } from './faq';
import { layFaqOver } from './lay-faq-over';
import type { ReplyBook } from './reply-book';

const things = '发票 快递 会员卡 优惠券 订单 收货地址 积分 退款 礼盒 门店预约'.split(' ');
const deeds =
  '取消 修改 查询 转让 补办 冻结 导出 合并 续期 拆开 打印 分享 锁定 恢复 升级 换新 激活 登记 作废 延期 绑定 解绑 催办 退回 收藏 隐藏 排序 复制 审批 归档 加急'.split(
    ' ',
  );
/** More than a shop whose answers are put in order anew, and enough phrasings to learn from. */
const shop: Faq[] = things.flatMap((thing) =>
  deeds.map((deed) => ({
    id: `${thing} ${deed}`,
    question: `${thing}怎么${deed}`,
    similar: [`在哪里可以${deed}${thing}`],
  })),
);
const draft = { id: 'draft', question: '礼品卡怎么充值', similar: ['给礼品卡充钱'] };
const asked = [
  ...[
    '礼品卡能充值吗',
    '礼品卡怎么激活',
    '怎么取消快递',
    '会员卡充值',
    '今天天气怎么样',
    '锁定订单',
  ],
  ...things.map((thing) => `${thing}充值`),
];

test('a large shop is not learned again for a draft, and answers as if it had been', async () => {
  const faqIndex = buildFaqIndex(shop);
  const live = { book: { faqIndex } as ReplyBook, faqList: shop } as Parameters<
    typeof layFaqOver
  >[0];

  const { after, before, isSample } = await layFaqOver(live, draft, asked);
  const learned = buildFaqIndex([...shop, draft]);

  expect(faqIndex.confidence.isLearned).toBe(true);
  expect([after.isTrained, after.confidence, isSample]).toEqual([
    ...[false, faqIndex.confidence, false],
  ]);
  expect(await before()).toBe(faqIndex);
  const best = (index: typeof after) => asked.map((text) => askFaq(index, text).best);
  expect(best(after)).toEqual(best(learned));
  expect(best(after)[0]).toBe('draft');
});
