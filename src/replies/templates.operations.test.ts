import { anAccount } from '../../test/support/an-account';
import { onBothEngines, someDay } from '../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { openReplies, replyOperations, type Replies } from './index';

onBothEngines('starter brands', (open) => {
  let opened: { api: ServedApi; replies: Replies } | undefined;
  afterEach(async () => {
    await opened?.api.close();
    await opened?.replies.close();
    opened = undefined;
  });

  async function world() {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA', createdAt: 1 });
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    const api = await serveApi(kit, replyOperations(kit, { book, replies }));
    opened = { api, replies };
    const ask = (text: string) =>
      replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
    return { kit, api, ask };
  }
  const path = '/api/v1/templates/import';

  test('a brand is counted first, then comes in as drafts that answer nobody', async () => {
    const { kit, api, ask } = await world();

    const brands = await api.call('GET', '/api/v1/templates');
    const counted = await api.call('POST', path, { brand: 'coffee-shop', dryRun: true });
    const before = await kit.db.read.all(`SELECT id FROM reply_rule`);
    const done = await api.call('POST', path, { brand: 'coffee-shop' });

    expect(brands.body).toMatchObject({
      items: [{ brand: 'beauty' }, { brand: 'coffee-shop', trade: '咖啡店', rules: 22 }, {}],
    });
    expect(before).toEqual([]);
    expect(counted.body).toEqual(done.body);
    expect(done.body).toMatchObject({ rules: { added: 22 }, faqs: { added: 22 }, kept: [] });
    expect(ask('菜单')).toMatchObject({ by: 'default', missed: '菜单' });
  });

  test('published it answers at once, also what came in as a draft before', async () => {
    const { api, ask } = await world();
    await api.call('POST', path, { brand: 'coffee-shop', appId: 'wxA' });

    const done = await api.call('POST', path, {
      ...{ brand: 'coffee-shop', appId: 'wxA', publish: true },
    });
    const drafts = await api.call('POST', path, { brand: 'coffee-shop', appId: 'wxA' });

    expect(done.body).toMatchObject({
      ...{ rules: { changed: 22 }, faqs: { changed: 22 }, settings: { added: 2 } },
    });
    expect(drafts.body).toMatchObject({ rules: { same: 22 }, faqs: { same: 22 } });
    expect(ask('菜单')).toMatchObject({ by: 'rule' });
    expect(ask('你们招人吗')).toMatchObject({ by: 'faq', faqId: 'cafe-job' });
  });

  test('who deleted a rule and begins again has it again', async () => {
    const { kit, api } = await world();
    await api.call('POST', path, { brand: 'coffee-shop' });
    const [rule] = await kit.db.read.all<{ id: string }>(`SELECT id FROM reply_rule ORDER BY id`);
    await api.call('DELETE', `/api/v1/reply-rules/${rule?.id ?? ''}`);

    const counted = await api.call('POST', path, { brand: 'coffee-shop', dryRun: true });
    const done = await api.call('POST', path, { brand: 'coffee-shop' });

    expect(done.body).toEqual(counted.body);
    expect(done.body).toMatchObject({ rules: { added: 1, same: 21 }, kept: [] });
  });

  test('only brands that come with the product, and only who may edit every account', async () => {
    const { kit, api } = await world();

    const strange = await api.call('POST', path, { brand: '../templates/beauty' });
    const unknown = await api.call('POST', path, { brand: 'beauty', appId: 'wxNobody' });

    expect([strange.status, unknown.status]).toEqual([404, 400]);
    expect(await kit.db.read.all(`SELECT id FROM reply_rule`)).toEqual([]);
  });
});
