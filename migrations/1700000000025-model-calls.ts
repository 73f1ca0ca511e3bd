import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

export class ModelCalls1700000000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'model_setting', [
      id('accountId'),
      flag('isOn'),
      text('style', 16, { nullable: true }),
      count('dailyCalls', { nullable: true }),
      instant('changedAt'),
    ]);
    await createTable(
      runner,
      'model_call',
      [
        id(),
        idText('accountId'),
        idText('identityId', 26, { nullable: true }),
        instant('at'),
        text('day', 10),
        text('purpose', 16),
        text('model', 100),
        text('verdict', 32),
        idText('faqId', 64, { nullable: true }),
        longText('sources'),
        longText('prompt'),
        longText('answer', { nullable: true }),
        count('ms', { nullable: true }),
        count('promptTokens', { nullable: true }),
        count('answerTokens', { nullable: true }),
      ],
      {
        index: [
          ['ix_model_call_account', ['accountId', 'id']],
          ['ix_model_call_person', ['identityId', 'day']],
          ['ix_model_call_day', ['day']],
        ],
      },
    );
    await createTable(runner, 'model_day', [
      id('accountId'),
      text('day', 10, { primary: true }),
      count('calls'),
      count('tokens'),
    ]);
    await createTable(runner, 'model_vector', [
      id('contentHash', 64),
      longText('vector'),
      instant('madeAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['model_vector', 'model_day', 'model_call', 'model_setting']);
  }
}
