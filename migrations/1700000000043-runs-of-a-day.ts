import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const table = 'send_run';
const ofDay = new TableIndex({ name: 'ix_send_run_finished', columnNames: ['finishedAt'] });

/** What was sent today is looked for in the runs of today. */
export class RunsOfADay1700000000043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex(table, ofDay);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex(table, ofDay);
  }
}
