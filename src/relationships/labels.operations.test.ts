import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { labelOperations } from './index';

onBothEngines('tags', (open) => {
  test('are counted among the accounts that may be seen', async () => {
    const kit = await open();
    const mine = await anAccount(kit, { appId: 'wxMine' });
    const other = await anAccount(kit, { appId: 'wxOther' });
    await aFollower(kit, { accountId: mine.id, tags: ['会员'] });
    await aFollower(kit, { accountId: other.id, tags: ['老友'] });
    await aFollower(kit, { accountId: other.id, tags: ['宠物'] });
    const api = await serveApi(kit, labelOperations(kit));
    const counts = async (accountIds: 'all' | string[]) => {
      api.as({ accountIds });
      const { body } = await api.call('GET', '/api/v1/tags');
      const items = body.items as { name: string; count: number }[];
      return Object.fromEntries(items.map(({ name, count }) => [name, count]));
    };

    const [all, own, nobody] = [await counts('all'), await counts([mine.id]), await counts([])];
    await api.close();

    expect(all).toEqual({ 会员: 1, 老友: 1, 宠物: 1 });
    expect(own).toEqual({ 会员: 1, 老友: 0, 宠物: 0 });
    expect(nobody).toEqual({ 会员: 0, 老友: 0, 宠物: 0 });
  });
});
