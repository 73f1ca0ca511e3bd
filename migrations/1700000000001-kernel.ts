import type { MigrationInterface, QueryRunner } from 'typeorm';
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

export class Kernel1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'job',
      [
        id(),
        text('kind', 64),
        text('dedupeKey', 128, { nullable: true }),
        idText('accountId', 26, { nullable: true }),
        longText('payload'),
        count('priority'),
        text('state', 16),
        instant('dueAt'),
        count('tries'),
        count('crashes'),
        idText('leaseBy', 64, { nullable: true }),
        instant('leaseUntil', { nullable: true }),
        longText('lastError', { nullable: true }),
        instant('createdAt'),
      ],
      {
        unique: [['uq_job_dedupe', ['kind', 'dedupeKey']]],
        index: [['ix_job_due', ['state', 'dueAt']]],
      },
    );
    await createTable(
      runner,
      'progress',
      [
        id(),
        text('kind', 32),
        text('titleCode', 64),
        json('params'),
        count('done'),
        count('total'),
        text('state', 16),
        text('note', 128, { nullable: true }),
        instant('startedAt'),
        instant('updatedAt'),
      ],
      { index: [['ix_progress_state', ['state', 'startedAt']]] },
    );
    await createTable(
      runner,
      'schedule',
      [
        id(),
        text('kind', 32),
        idText('ownerId'),
        text('cron', 64),
        text('zone', 64),
        text('missed', 8),
        flag('active'),
        instant('nextDueAt', { nullable: true }),
      ],
      {
        index: [
          ['ix_schedule_due', ['active', 'nextDueAt']],
          ['ix_schedule_owner', ['kind', 'ownerId']],
        ],
      },
    );
    await createTable(runner, 'schedule_tick', [
      id('scheduleId'),
      instant('dueAt', { primary: true }),
      text('outcome', 16),
      instant('firedAt'),
    ]);
    await createTable(runner, 'setting_version', [id('topic', 64), count('version')]);
    await createTable(runner, 'world_clock', [id('id', 16), instant('offsetMs')]);
    await createTable(
      runner,
      'audit_entry',
      [
        id(),
        instant('at'),
        text('actorKind', 16),
        idText('actorId', 64),
        text('actorName', 128),
        text('action', 64),
        text('targetKind', 32),
        idText('targetId', 64),
        longText('valueBefore', { nullable: true }),
        longText('valueAfter', { nullable: true }),
      ],
      {
        index: [
          ['ix_audit_at', ['at']],
          ['ix_audit_target', ['targetKind', 'targetId']],
        ],
      },
    );
    await createTable(
      runner,
      'idempotent_request',
      [
        id('actorId', 64),
        text('requestKey', 255, { primary: true }),
        idText('requestHash', 64),
        count('status', { nullable: true }),
        longText('body', { nullable: true }),
        instant('createdAt'),
      ],
      { index: [['ix_idempotent_created', ['createdAt']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'idempotent_request',
      'audit_entry',
      'world_clock',
      'setting_version',
      'schedule_tick',
      'schedule',
      'progress',
      'job',
    ]);
  }
}
