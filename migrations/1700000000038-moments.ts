import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  json,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };
const instantOrNone = (name: string) => new TableColumn({ name, type: 'bigint', isNullable: true });

/** Moments stand beside messages through reps; until now there were only messages. */
export class Moments1700000000038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'outreach',
      new TableColumn({ name: 'kind', type: 'varchar', length: '16', default: "'message'" }),
    );
    await runner.addColumns('outreach_recipient', [
      instantOrNone('likedAt'),
      instantOrNone('commentedAt'),
    ]);
    await createTable(
      runner,
      'outreach_moment',
      [
        id('outreachId'),
        idText('accountId'),
        json('userIds'),
        json('corpTags'),
        text('state', 16),
        text('reason', 64, maybe),
        idText('jobId', 64, maybe),
        idText('momentId', 64, maybe),
        instant('askedAt', maybe),
        count('looks'),
      ],
      { index: [['ix_outreach_moment', ['accountId', 'momentId']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['outreach_moment']);
    await runner.dropColumns('outreach_recipient', ['likedAt', 'commentedAt']);
    await runner.dropColumn('outreach', 'kind');
  }
}
