import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTables, id, idText, instant } from '../src/kernel/database/schema';

export class SidebarSessions1700000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'sidebar_session',
      [
        id('tokenHash', 64),
        idText('accountId'),
        idText('agentId', 16),
        idText('userId', 64),
        idText('csrfToken', 43),
        instant('createdAt'),
        instant('lastSeenAt'),
      ],
      { index: [['ix_sidebar_session_rep', ['accountId', 'userId']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['sidebar_session']);
  }
}
