import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  json,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };
const bySource = new TableIndex({
  name: 'ix_staff_link_source',
  columnNames: ['accountId', 'source', 'state'],
});

export class ContactWays1700000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'contact_way',
      [
        id(),
        idText('accountId'),
        text('name', 64),
        idText('state', 30),
        flag('isSingle'),
        json('plan'),
        count('capPerDay', maybe),
        flag('skipsVerification'),
        json('tags'),
        text('remark', 20, maybe),
        longText('welcome', maybe),
        idText('configId', 64, maybe),
        text('qrUrl', 255, maybe),
        json('behind'),
        text('trouble', 64, maybe),
        instant('removedAt', maybe),
        instant('createdAt'),
        instant('changedAt'),
      ],
      { unique: [['uq_contact_way', ['accountId', 'state']]] },
    );
    await runner.createIndices('staff_link', [bySource]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices('staff_link', [bySource]);
    await dropTables(runner, ['contact_way']);
  }
}
