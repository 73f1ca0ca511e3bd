import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class Intake1700000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'inbound_event',
      [
        id(),
        idText('accountId'),
        idText('dedupeKey', 160),
        idText('identityId', 26, maybe),
        text('kind', 32),
        instant('eventAt'),
        instant('receivedAt'),
        longText('payload'),
        longText('reply', maybe),
        text('replyState', 16),
        longText('failure', maybe),
        instant('failedAt', maybe),
        count('tries'),
      ],
      {
        unique: [['uq_inbound_event', ['accountId', 'dedupeKey']]],
        index: [['ix_inbound_event_failed', ['failedAt']]],
      },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['inbound_event']);
  }
}
