import type { MigrationInterface, QueryRunner } from 'typeorm';

const added = [
  ['reply_rule', 'conditions'],
  ['reply_rule', 'actions'],
  ['identity', 'coolDowns'],
] as const;

/** Written out: both engines add an empty column at once, however many rows there are. */
export class RuleConditions1700000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of added) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} text NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of added) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    }
  }
}
