import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';

/** Materials that go into the chat as what they are; and the language a rep reads. */
export class NativeMaterials1700000000039 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isNullable = true;
    await runner.addColumn(
      'sales_material',
      new TableColumn({ name: 'media', type: 'varchar', length: '64', isNullable }),
    );
    await runner.addColumn(
      'staff',
      new TableColumn({ name: 'language', type: 'varchar', length: '8', isNullable }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('staff', 'language');
    await runner.dropColumn('sales_material', 'media');
  }
}
