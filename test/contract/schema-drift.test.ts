import { onBothEngines } from '../support/open-kit';

onBothEngines('the schema', (open) => {
  test('migrated and mapped are the same: the mapper proposes no change', async () => {
    const kit = await open();

    const proposed = await kit.database.writer.driver.createSchemaBuilder().log();

    expect(proposed.upQueries.map((query) => query.query)).toEqual([]);
  });
});
