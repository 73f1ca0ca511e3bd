import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import { serveApi } from '../../test/support/serve-api';
import { recordChange } from '../kernel/access';
import { auditOperations } from './index';

onBothEngines('the audit log', (open) => {
  test('calls things by the name they have now, and is silent about the name of what is gone', async () => {
    const kit = await open();
    const account = await anAccount(kit, { appId: 'wxNamed', name: '山茶花' });
    const api = await serveApi(kit, auditOperations(kit));
    const at = kit.clock.system();
    const { personId } = await aFollower(kit, { accountId: account.id, name: '晚晚' });
    await kit.db.transact(async (tx) => {
      const operator = { kind: 'operator', id: 'o', name: 'O' } as const;
      const actor = { ...operator, permissions: new Set<never>(), accountIds: 'all' } as const;
      for (const [targetKind, targetId] of [
        ['person', personId],
        ['account', account.id],
        ['campaign', '01GONE'],
        ['a kind of tomorrow', '01X'],
      ] as const) {
        const change = { id: kit.newId(), at, action: `${targetKind}.changed` };
        await recordChange(tx, actor, { ...change, targetKind, targetId });
      }
    });

    const { body } = await api.call('GET', '/api/v1/audit-log');
    await api.close();

    const items = body.items as { target: { kind: string; name: string | null } }[];
    expect(items.map(({ target }) => [target.kind, target.name]).reverse()).toEqual([
      ['person', '晚晚'],
      ['account', '山茶花'],
      ['campaign', null],
      ['a kind of tomorrow', null],
    ]);
  });
});
