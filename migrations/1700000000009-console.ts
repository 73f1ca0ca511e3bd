import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
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

export class Console1700000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'operator',
      [
        id(),
        text('email', 128),
        text('name', 64),
        text('role', 16),
        text('passwordHash', 255),
        json('accountIds', maybe),
        flag('active'),
        flag('isDemo'),
        instant('createdAt'),
      ],
      { unique: [['uq_operator_email', ['email']]] },
    );
    await createTable(
      runner,
      'operator_session',
      [
        id('tokenHash', 64),
        idText('operatorId'),
        idText('csrfToken', 64),
        instant('createdAt'),
        instant('lastSeenAt'),
      ],
      { index: [['ix_operator_session', ['operatorId']]] },
    );
    await createTable(
      runner,
      'api_token',
      [
        id(),
        text('name', 64),
        idText('tokenHash', 64),
        json('permissions'),
        json('accountIds', maybe),
        text('createdBy', 64),
        instant('createdAt'),
        instant('revokedAt', maybe),
      ],
      { unique: [['uq_api_token_hash', ['tokenHash']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['api_token', 'operator_session', 'operator']);
  }
}
