import type { MigrationInterface, QueryRunner } from 'typeorm';
import { count, createTable, dropTables, id } from '../src/kernel/database/schema';

export class RoomDays1700000000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'room_day', [
      id('accountId'),
      id('day', 10),
      id('ownerId', 64),
      count('rooms'),
      count('members'),
      count('newMembers'),
      count('talkingRooms'),
      count('talkingMembers'),
      count('messages'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['room_day']);
  }
}
