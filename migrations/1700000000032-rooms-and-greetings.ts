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
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };
const bySource = new TableIndex({
  name: 'ix_room_member_source',
  columnNames: ['source', 'joinedAt'],
});

export class RoomsAndGreetings1700000000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'room_code',
      [
        id(),
        idText('accountId'),
        text('name', 64),
        idText('state', 30),
        json('roomIds'),
        flag('makesRooms'),
        text('baseName', 40, maybe),
        count('baseNumber'),
        idText('configId', 64, maybe),
        text('qrUrl', 255, maybe),
        json('behind'),
        json('grown'),
        text('trouble', 64, maybe),
        instant('removedAt', maybe),
        instant('createdAt'),
        instant('changedAt'),
      ],
      { unique: [['uq_room_code', ['accountId', 'state']]] },
    );
    await runner.createIndices('room_member', [bySource]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices('room_member', [bySource]);
    await dropTables(runner, ['room_code']);
  }
}
