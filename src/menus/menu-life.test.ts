import { anAccount } from '../../test/support/an-account';
import { onBothEngines, someDay } from '../../test/support/open-kit';
import { owner, serveApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { openOfficialAccounts } from '../channels/official-account';
import { permissionsOf } from '../kernel/access';
import { reviewOperations } from '../review';
import { addMenu } from './save-menu';
import { menuOperations, registerMenuPublishing, reviewedMenus } from '.';

const click = (name: string, key = name) => ({ name, action: 'click', key });

onBothEngines('the life of a menu', (open) => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  test('where review is required a menu goes to WeChat when a reviewer says so; each publishing is a version', async () => {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA', name: '山茶花', createdAt: 1 });
    const book = await AccountBook.open(kit);
    const client = openOfficialAccounts({ ...kit, hostsOf: (account) => book.hostsOf(account.id) });
    registerMenuPublishing(kit);
    const api = await serveApi(kit, [
      ...menuOperations(kit, { book, client, rulesNaming: () => () => undefined }),
      ...reviewOperations(kit, { kinds: [reviewedMenus], accountName: () => '山茶花' }),
    ]);
    close = () => api.close();
    const as = (id: string, role: 'operator' | 'reviewer') => {
      const all = permissionsOf[role];
      const granted = role === 'reviewer' ? all : all.filter((one) => one !== 'replies.publish');
      api.as({ id, name: id, permissions: new Set(granted) });
    };
    const wanted = async () => {
      const [row] = await kit.db.read.all<{ entries: string }>(
        `SELECT v.entries FROM menu m JOIN menu_version v ON v.id = m.wantedVersionId`,
      );
      return row && (JSON.parse(row.entries) as { name: string }[]).map(({ name }) => name);
    };
    // The account cannot call WeChat, and nothing here has to.
    const path = `/api/v1/menus/${await addMenu(kit, owner, accountId, '')}`;
    const save = async (...draft: object[]) => {
      const { revision } = (await api.call('GET', path)).body;
      return (await api.call('PUT', path, { draft, revision })).body.revision as number;
    };
    const live = await api.call('POST', `${path}/publish`, { revision: await save(click('帮助')) });
    kit.settings = { ...kit.settings, repliesReview: 'required' };

    as('writer', 'operator');
    const revision = await save(click('帮助', 'HELP'), click('会员'));
    const asked = await api.call('POST', `${path}/publish`, { revision });
    const before = await wanted();
    const refused = await api.call('POST', `${path}/review/publish`, { version: 2 });
    const stale = await api.call('POST', `${path}/publish`, { revision: 1 });
    as('reader', 'reviewer');
    const list = await api.call('GET', '/api/v1/reviews');
    const back = await api.call('POST', `${path}/review/send-back`, { note: '先不放会员' });
    as('writer', 'operator');
    const again = await api.call('POST', `${path}/publish`, {
      revision: await save(click('帮助', 'HELP')),
    });
    as('reader', 'reviewer');
    const at = new Date(someDay + 3_600_000).toISOString();
    const { version } = again.body.review;
    const planned = await api.call('POST', `${path}/review/publish`, { version, at });
    kit.clock.set(someDay + 2 * 3_600_000);
    await kit.work.drain();
    const then = await wanted();
    const history = await api.call('GET', `${path}/versions`);
    const gone = await api.call('POST', `${path}/withdraw`);
    const after = await api.call('GET', `${path}/review/versions`);

    expect(live.body).toMatchObject({ state: 'publishing', review: null });
    expect(asked.body.review).toMatchObject({ state: 'in-review', savedBy: { name: 'writer' } });
    expect(before).toEqual(['帮助']);
    expect([refused.status, stale.status, stale.body.code]).toEqual([
      ...[403, 409, 'menu_changed_meanwhile'],
    ]);
    expect(list.body.items).toMatchObject([
      {
        ...{ kind: 'menu', account: '山茶花', isNew: false, mayPublish: true },
        changes: [
          { field: '帮助', before: 'CLICK:帮助', after: 'CLICK:HELP' },
          { field: '会员', before: null, after: 'CLICK:会员' },
        ],
      },
    ]);
    expect(back.body.review).toMatchObject({ state: 'sent-back', note: '先不放会员' });
    expect(planned.body.review).toMatchObject({ state: 'scheduled', publishAt: at });
    expect(then).toEqual(['帮助']);
    expect(history.body.items).toMatchObject([
      { number: 2, by: 'writer', changes: [{ after: 'CLICK:HELP' }] },
      { number: 1, by: 'Owner' },
    ]);
    expect(gone.status).toBe(204);
    expect(after.body.items.map(({ state }: { state: string }) => state)).toEqual([
      ...['retired', 'retired', 'retired'],
    ]);
    const trail = await kit.db.read.all<{ action: string; targetId: string }>(
      `SELECT action, targetId FROM audit_entry WHERE action LIKE 'menu.%' ORDER BY id`,
    );
    expect(new Set(trail.map(({ targetId }) => targetId))).toEqual(new Set([accountId]));
    expect(trail.map(({ action }) => action.slice(5))).toEqual([
      ...['added', 'changed', 'published', 'changed', 'submitted', 'sent-back'],
      ...['changed', 'submitted', 'scheduled', 'published', 'cleared'],
    ]);
  });
});
