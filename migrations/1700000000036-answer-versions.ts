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
const since = [
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
];
const kept =
  'id, version, state, content, savedById, savedByName, savedAt, note, reviewedById, reviewedByName, reviewedAt, publishAt, publishedAt';

/** Versions of rules become versions of everything followers are answered with; what is there gets its first with its first change. */
export class AnswerVersions1700000000036 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'answer_version',
      [
        id(),
        idText('kind', 16),
        idText('targetId', 64),
        idText('accountId', 26, maybe),
        count('version'),
        text('state', 16),
        ...since,
      ],
      {
        unique: [['uq_answer_version', ['kind', 'targetId', 'version']]],
        index: [['ix_answer_version_state', ['state', 'kind', 'targetId']]],
      },
    );
    const isEmbedded = runner.dataSource.options.type === 'better-sqlite3';
    const accountId = `${isEmbedded ? 'json_extract' : 'JSON_VALUE'}(content, '$.accountId')`;
    await runner.query(
      `INSERT INTO answer_version (kind, targetId, accountId, ${kept})
       SELECT 'rule', ruleId, ${accountId}, ${kept} FROM reply_rule_version`,
    );
    await dropTables(runner, ['reply_rule_version']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'reply_rule_version',
      [id(), idText('ruleId'), count('version'), text('state', 16), ...since],
      {
        unique: [['uq_reply_rule_version', ['ruleId', 'version']]],
        index: [['ix_reply_rule_version_state', ['state', 'ruleId']]],
      },
    );
    await runner.query(
      `INSERT INTO reply_rule_version (ruleId, ${kept}) SELECT targetId, ${kept} FROM answer_version WHERE kind = 'rule'`,
    );
    await dropTables(runner, ['answer_version']);
  }
}
