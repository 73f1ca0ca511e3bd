import { AccountBook } from '../../src/accounts';
import { openReplies, replyOperations, reviewedReplies } from '../../src/replies';
import { reviewOperations } from '../../src/review';
import { skincareFaqs } from '../fixtures/skincare-faqs';
import { anAccount } from './an-account';
import type { TestKit } from './open-kit';
import { serveApi } from './serve-api';

export const opening = {
  match: 'words',
  keywords: ['几点开门'],
  priority: 0,
  appId: null,
  answer: { type: 'text', text: '十点开门' },
  publish: true,
};
/** How FAQs are imported. */
export const ndjson = { 'content-type': 'application/x-ndjson' };
export const linesOf = (faqs: readonly object[]) =>
  faqs.map((faq) => JSON.stringify(faq)).join('\n');
export const withAnswers = skincareFaqs.map((faq) => ({ ...faq, answer: `答 ${faq.id}` }));

/** The API of replies over two accounts that nobody has sent anything to. */
export async function openReplyApi(kit: TestKit) {
  const { id: accountId } = await anAccount(kit, { appId: 'wxA', name: '山茶花', createdAt: 1 });
  const { id: otherId } = await anAccount(kit, { appId: 'wxB', name: '订阅号', createdAt: 2 });
  const book = await AccountBook.open(kit);
  const replies = await openReplies(kit);
  const api = await serveApi(kit, [
    ...replyOperations(kit, { book, replies }),
    ...reviewOperations(kit, {
      kinds: reviewedReplies(kit, { book, replies }),
      accountName: (id) => book.find(id)?.name,
    }),
  ]);
  const close = async () => {
    await api.close();
    await replies.close();
  };
  return { kit, book, api, replies, accountId, otherId, close };
}
