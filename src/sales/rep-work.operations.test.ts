import { openApi } from '../../test/support/api-client';
import { onBothEngines } from '../../test/support/open-kit';
import { insertRows } from '../kernel/database';
import { repWorkOperation } from './rep-work.operations';
import { newToken } from './sends';

const day = 86_400_000;

onBothEngines('work of reps', (open) => {
  test('tasks that are open and late, and what was sent and opened in thirty days', async () => {
    const kit = await open();
    const api = await openApi(kit, [repWorkOperation(kit)]);
    const now = kit.clock.business();
    const [accountId, userId] = ['corp', 'anna'];
    const task = (state: string, dueAt: number | null) => ({
      ...{ id: kit.newId(), accountId, userId, agentId: '1', identityId: null, title: '回访' },
      ...{ state, dueAt, remindedAt: null, doneAt: null, createdAt: now },
    });
    const send = (state: string, sentAt: number | null, openCount: number) => ({
      ...{ id: kit.newId(), token: newToken(), accountId, userId, agentId: '1', identityId: 'i' },
      ...{ kind: 'material', sourceId: null, title: '护理', state, createdAt: now, sentAt },
      ...{ openCount, firstOpenedAt: null, lastOpenedAt: null, readSeconds: 0 },
    });
    await kit.db.transact(async (tx) => {
      await insertRows(tx, 'sales_task', [
        ...[task('open', now - day), task('open', now + day), task('open', null)],
        task('done', now - day),
      ]);
      await insertRows(tx, 'sales_send', [
        ...[send('sent', now, 3), send('sent', now - day, 0), send('sent', now - 31 * day, 1)],
        send('ready', null, 0),
      ]);
    });

    const { body } = await api.get(`/api/v1/accounts/${accountId}/rep-work?userIds=anna,ben`);
    await api.close();

    expect(body.items).toEqual([
      { userId: 'anna', tasks: { open: 3, late: 1 }, sends: 2, opened: 1 },
      { userId: 'ben', tasks: { open: 0, late: 0 }, sends: 0, opened: 0 },
    ]);
  });
});
