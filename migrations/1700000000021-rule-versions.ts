import type { MigrationInterface, QueryRunner } from 'typeorm';
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

export class RuleVersions1700000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'reply_rule_version',
      [
        id(),
        idText('ruleId'),
        count('version'),
        text('state', 16),
        json('content'),
        idText('savedById', 64, maybe),
        text('savedByName', 128, maybe),
        instant('savedAt'),
        text('note', 500, maybe),
        idText('reviewedById', 64, maybe),
        text('reviewedByName', 128, maybe),
        instant('reviewedAt', maybe),
        instant('publishAt', maybe),
        instant('publishedAt', maybe),
      ],
      {
        unique: [['uq_reply_rule_version', ['ruleId', 'version']]],
        index: [['ix_reply_rule_version_state', ['state', 'ruleId']]],
      },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['reply_rule_version']);
  }
}
