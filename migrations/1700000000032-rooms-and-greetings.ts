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
  name: 'ix_room_member_source',
  columnNames: ['source', 'joinedAt'],
});

/** Written out: both engines add an empty column at once, however many rows there are. */
const greetings = ['welcome_text', 'contact_way'] as const;

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
    await createTable(
      runner,
      'welcome_special',
      [
        id(),
        idText('accountId'),
        count('place'),
        json('userIds'),
        text('fromClock', 5, maybe),
        text('toClock', 5, maybe),
        longText('text'),
        json('attachments'),
      ],
      { unique: [['uq_welcome_special', ['accountId', 'place']]] },
    );
    await createTable(runner, 'wecom_copy', [
      id('itemId'),
      id('accountId'),
      id('purpose', 16),
      idText('mediaId', 255, maybe),
      instant('expiresAt', maybe),
      text('trouble', 64, maybe),
    ]);
    await createTable(
      runner,
      'room_greeting',
      [
        id(),
        idText('accountId'),
        text('name', 64),
        longText('text'),
        json('attachments'),
        idText('templateId', 64, maybe),
        text('trouble', 64, maybe),
        instant('takenAt', maybe),
        instant('removedAt', maybe),
        instant('createdAt'),
        instant('changedAt'),
      ],
      { index: [['ix_room_greeting', ['accountId', 'removedAt']]] },
    );
    for (const table of greetings) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN attachments text NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of greetings) {
      await runner.query(`ALTER TABLE ${table} DROP COLUMN attachments`);
    }
    await runner.dropIndices('room_member', [bySource]);
    await dropTables(runner, ['room_greeting', 'wecom_copy', 'welcome_special', 'room_code']);
  }
}
