import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class Sales1700000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'sales_link', [
      id('linkId'),
      text('stage', 16, maybe),
      instant('stageAt', maybe),
      instant('laterUntil', maybe),
    ]);
    await createTable(
      runner,
      'sales_task',
      [
        id(),
        idText('accountId'),
        idText('userId', 64),
        idText('agentId', 16),
        idText('identityId', 26, maybe),
        text('title', 200),
        text('state', 8),
        instant('dueAt', maybe),
        instant('remindedAt', maybe),
        instant('doneAt', maybe),
        instant('createdAt'),
      ],
      {
        index: [
          ['ix_sales_task_rep', ['accountId', 'userId', 'state', 'dueAt']],
          ['ix_sales_task_identity', ['identityId', 'state']],
        ],
      },
    );
    await createTable(
      runner,
      'sales_script',
      [
        id(),
        idText('accountId'),
        idText('userId', 64, maybe),
        text('title', 64),
        text('folder', 32),
        longText('body'),
        count('uses'),
        instant('lastUsedAt', maybe),
        instant('createdAt'),
        instant('updatedAt'),
      ],
      { index: [['ix_sales_script', ['accountId', 'userId', 'folder']]] },
    );
    await createTable(
      runner,
      'sales_material',
      [
        id(),
        idText('accountId'),
        text('kind', 16),
        text('title', 64),
        text('description', 200),
        text('coverUrl', 500, maybe),
        text('url', 1000, maybe),
        longText('body', maybe),
        text('miniAppId', 32, maybe),
        text('miniPage', 255, maybe),
        instant('archivedAt', maybe),
        instant('createdAt'),
        instant('updatedAt'),
      ],
      { index: [['ix_sales_material', ['accountId', 'archivedAt', 'updatedAt']]] },
    );
    await createTable(
      runner,
      'sales_send',
      [
        id(),
        idText('token', 43),
        idText('accountId'),
        idText('userId', 64),
        idText('agentId', 16),
        idText('identityId'),
        text('kind', 16),
        idText('sourceId', 26, maybe),
        text('title', 200),
        text('state', 8),
        instant('createdAt'),
        instant('sentAt', maybe),
        count('openCount'),
        instant('firstOpenedAt', maybe),
        instant('lastOpenedAt', maybe),
        count('readSeconds'),
      ],
      {
        unique: [['uq_sales_send_token', ['token']]],
        index: [
          ['ix_sales_send_identity', ['identityId', 'createdAt']],
          ['ix_sales_send_rep', ['accountId', 'userId', 'lastOpenedAt']],
          ['ix_sales_send_source', ['sourceId', 'state']],
        ],
      },
    );
    await createTable(
      runner,
      'material_open',
      [id(), idText('sendId'), idText('visit', 32), instant('at'), count('readSeconds')],
      { unique: [['uq_material_open', ['sendId', 'visit']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'material_open',
      'sales_send',
      'sales_material',
      'sales_script',
      'sales_task',
      'sales_link',
    ]);
  }
}
