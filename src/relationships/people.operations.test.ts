import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { peopleOperations } from './index';

onBothEngines('looking for people', (open) => {
  test('words that are no id of a platform find by name, and are no error', async () => {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA' });
    const { personId } = await aFollower(kit, { accountId });
    const book = await AccountBook.open(kit);
    const receivedFen = () => Promise.resolve(new Map<string, number>());
    const api = await serveApi(kit, peopleOperations(kit, { book, receivedFen }));
    await api.call('PATCH', `/api/v1/people/${personId}`, { remark: '小雨' });

    const byName = await api.call('GET', `/api/v1/people?q=${encodeURIComponent('小雨')}`);
    const byOpenid = await api.call('GET', `/api/v1/people?openid=${encodeURIComponent('小雨')}`);

    expect(byName.body.items).toMatchObject([{ id: personId, name: '小雨' }]);
    expect([byOpenid.status, byOpenid.body.items]).toEqual([200, []]);
  });
});
