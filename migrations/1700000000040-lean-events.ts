import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  createTable,
  dropTables,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

/**
 * Every callback writes these rows, so each column and each index counts: what few events have stands in a
 * table of its own, and a number that nobody read is gone.
 */
export class LeanEvents1700000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'failed_event',
      [
        id('eventId'),
        idText('accountId'),
        text('kind', 32),
        longText('cause'),
        instant('failedAt'),
      ],
      { index: [['ix_failed_event', ['failedAt']]] },
    );
    await runner.query(`INSERT INTO failed_event (eventId, accountId, kind, cause, failedAt)
      SELECT id, accountId, kind, COALESCE(failure, ''), failedAt FROM inbound_event WHERE failedAt IS NOT NULL`);
    await runner.dropIndex('inbound_event', 'ix_inbound_event_failed');
    // In plain SQL: on the embedded engine the mapper copies the table, without columns it has not heard of.
    const gone = [
      ['inbound_event', 'failure'],
      ['inbound_event', 'failedAt'],
      ['inbound_event', 'tries'],
      ['identity', 'version'],
    ];
    for (const [table, column] of gone) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE identity ADD COLUMN version integer NOT NULL DEFAULT 1`);
    for (const column of ['failure text', 'failedAt bigint', 'tries integer NOT NULL DEFAULT 1']) {
      await runner.query(`ALTER TABLE inbound_event ADD COLUMN ${column}`);
    }
    const kept = (column: string) =>
      `(SELECT ${column} FROM failed_event WHERE eventId = inbound_event.id)`;
    await runner.query(
      `UPDATE inbound_event SET failure = ${kept('cause')}, failedAt = ${kept('failedAt')}`,
    );
    await runner.createIndex(
      'inbound_event',
      new TableIndex({ name: 'ix_inbound_event_failed', columnNames: ['failedAt'] }),
    );
    await dropTables(runner, ['failed_event']);
  }
}
