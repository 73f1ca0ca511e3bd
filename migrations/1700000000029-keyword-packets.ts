import type { MigrationInterface, QueryRunner } from 'typeorm';

const added = [
  ['promotion', 'oncePer', 16],
  ['payout', 'cause', 32],
] as const;

/** Written out: both engines add an empty column at once, however many rows there are. */
export class KeywordPackets1700000000029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, length] of added) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} varchar(${length}) NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of added) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    }
  }
}
