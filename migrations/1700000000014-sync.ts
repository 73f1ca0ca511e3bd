import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

/** Departments, reports of what a sync found, and rooms with who joined and left them. */
export class Sync1700000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'department', [
      id('accountId'),
      id('departmentId', 16),
      text('name', 64),
      idText('parentId', 16, maybe),
      count('sortRank'),
    ]);
    await createTable(runner, 'staff_department', [
      id('accountId'),
      id('userId', 64),
      id('departmentId', 16),
    ]);
    await createTable(
      runner,
      'sync_report',
      [
        id(),
        idText('accountId'),
        text('kind', 16),
        instant('startedAt'),
        instant('endedAt', maybe),
        count('reps'),
        count('listed'),
        count('newContacts'),
        count('newLinks'),
        count('goneLinks'),
        count('newStaff'),
        count('goneStaff'),
        count('unread'),
      ],
      { index: [['ix_sync_report_account', ['accountId', 'startedAt']]] },
    );
    await createTable(
      runner,
      'room',
      [
        id(),
        idText('accountId'),
        idText('roomId', 64),
        text('name', 64),
        idText('ownerId', 64, maybe),
        longText('notice', maybe),
        text('state', 16),
        idText('version', 64, maybe),
        count('members'),
        count('customers'),
        instant('createdAt'),
        instant('dismissedAt', maybe),
        instant('listedAt'),
        instant('readAt'),
      ],
      {
        unique: [['uq_room', ['accountId', 'roomId']]],
        index: [['ix_room_created', ['createdAt', 'id']]],
      },
    );
    await createTable(
      runner,
      'room_member',
      [
        id('room'),
        id('memberId', 64),
        text('kind', 16),
        text('name', 64),
        text('joinedBy', 16),
        idText('invitedBy', 64, maybe),
        text('source', 64, maybe),
        instant('joinedAt'),
        flag('isIn'),
        instant('leftAt', maybe),
        text('leftBy', 16, maybe),
      ],
      { index: [['ix_room_member_page', ['room', 'isIn', 'joinedAt', 'memberId']]] },
    );
    await createTable(
      runner,
      'room_episode',
      [
        id(),
        idText('room'),
        idText('accountId'),
        idText('memberId', 64),
        text('kind', 16),
        text('how', 16),
        instant('at'),
        flag('isTold'),
      ],
      {
        unique: [['uq_room_episode', ['room', 'memberId', 'at', 'kind']]],
        index: [
          ['ix_room_episode_at', ['room', 'kind', 'at']],
          ['ix_room_episode_member', ['accountId', 'memberId', 'isTold']],
        ],
      },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'room_episode',
      'room_member',
      'room',
      'sync_report',
      'staff_department',
      'department',
    ]);
  }
}
