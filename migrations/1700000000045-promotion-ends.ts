import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';

/** Paid by keyword until then; null pays until the budget is used up. */
export class PromotionEnds1700000000045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'promotion',
      new TableColumn({ name: 'endsAt', type: 'bigint', isNullable: true }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE promotion DROP COLUMN endsAt');
  }
}
