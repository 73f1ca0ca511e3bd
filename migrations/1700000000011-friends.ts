import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class Friends1700000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'staff',
      [
        id(),
        idText('accountId'),
        idText('userId', 64),
        text('name', 64),
        text('position', 64, maybe),
        text('status', 16),
        instant('seenAt'),
      ],
      { unique: [['uq_staff', ['accountId', 'userId']]] },
    );
    await createTable(
      runner,
      'staff_link',
      [
        id(),
        idText('identityId'),
        idText('accountId'),
        idText('userId', 64),
        text('state', 16),
        instant('firstAddedAt', maybe),
        instant('addedAt', maybe),
        instant('repDeletedAt', maybe),
        instant('customerDeletedAt', maybe),
        instant('transferredAt', maybe),
        instant('endedAt', maybe),
        count('addCount'),
        text('addedBy', 16, maybe),
        text('addWay', 32, maybe),
        text('source', 64, maybe),
        text('remark', 64, maybe),
      ],
      {
        unique: [['uq_staff_link', ['identityId', 'userId']]],
        index: [['ix_staff_link_rep', ['accountId', 'userId', 'state']]],
      },
    );
    await createTable(
      runner,
      'link_episode',
      [
        id(),
        idText('identityId'),
        idText('accountId'),
        idText('userId', 64),
        text('kind', 24),
        instant('at'),
        text('source', 64, maybe),
        text('learnedBy', 16),
      ],
      {
        unique: [['uq_link_episode', ['identityId', 'userId', 'at', 'kind']]],
        index: [['ix_link_episode_at', ['accountId', 'kind', 'at']]],
      },
    );
    await createTable(runner, 'contact_profile', [
      id('identityId'),
      text('name', 64),
      text('avatar', 255, maybe),
      text('kind', 16),
      text('company', 64, maybe),
      text('position', 64, maybe),
      instant('fetchedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['contact_profile', 'link_episode', 'staff_link', 'staff']);
  }
}
