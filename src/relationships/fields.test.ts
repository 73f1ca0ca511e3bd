import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import { insertRows } from '../kernel/database';
import { setFields } from './index';

onBothEngines('custom fields', (open) => {
  async function world() {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA' });
    const { id } = await aFollower(kit, { accountId });
    const definition = (fieldKey: string, type: string) => ({
      id: kit.newId(),
      fieldKey,
      name: fieldKey,
      type,
      options: '[]',
      createdAt: 1,
    });
    await kit.db.transact((tx) =>
      insertRows(tx, 'field_definition', [
        definition('birthday', 'date'),
        definition('points', 'number'),
      ]),
    );
    const set = (values: Record<string, string | number>) =>
      kit.db
        .transact((tx) => setFields(kit, tx, [id], values))
        .then(
          () => 'kept',
          (error: unknown) => (error as { code?: string }).code,
        );
    return { kit, set };
  }

  test('keep days of the calendar and numbers that stay exact, and refuse the others', async () => {
    const { kit, set } = await world();

    const days = ['2026-02-30', '2026-13-01', '2025-02-29', '2026-02-28T25:00', 'tomorrow', '5'];
    for (const birthday of days)
      expect([birthday, await set({ birthday })]).toEqual([birthday, 'field_value']);
    for (const points of [1.1e15, -2e15, 1e300, 'abc']) {
      expect([points, await set({ points })]).toEqual([points, 'field_value']);
    }
    expect(await set({ birthday: '2024-02-29', points: -1e15 })).toBe('kept');
    const rows = await kit.db.read.all(
      `SELECT fieldKey, numberValue FROM identity_field ORDER BY fieldKey`,
    );
    expect(rows).toEqual([
      { fieldKey: 'birthday', numberValue: Date.parse('2024-02-29') },
      { fieldKey: 'points', numberValue: -1e15 },
    ]);
  });

  test('do not repeat the name of a field that nobody made', async () => {
    const { kit } = await world();

    const refused = kit.db.transact((tx) => setFields(kit, tx, ['x'], { 'my-secret': 1 }));

    await expect(refused).rejects.toMatchObject({ code: 'field_unknown', params: {} });
  });
});
