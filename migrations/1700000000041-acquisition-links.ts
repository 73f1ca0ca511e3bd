import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';

/** Acquisition links stand beside codes; until now there were only codes. */
export class AcquisitionLinks1700000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('contact_way', [
      new TableColumn({ name: 'kind', type: 'varchar', length: '8', default: "'code'" }),
      new TableColumn({ name: 'linkUrl', type: 'varchar', length: '255', isNullable: true }),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('contact_way', ['kind', 'linkUrl']);
  }
}
