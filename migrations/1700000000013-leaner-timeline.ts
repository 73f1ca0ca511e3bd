import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const table = 'timeline_entry';
const index = (name: string, columnNames: string[]) => new TableIndex({ name, columnNames });

const before = [
  index('ix_timeline_identity', ['identityId', 'at', 'id']),
  index('ix_timeline_kind', ['kind', 'at']),
  index('ix_timeline_identity_kind', ['identityId', 'kind', 'at']),
];
const after = [
  index('ix_timeline_identity', ['identityId', 'at', 'id', 'kind']),
  index('ix_timeline_kind', ['kind', 'at', 'identityId']),
];

/** One index of a person's entries instead of two: each message writes two entries, and each index costs. */
export class LeanerTimeline1700000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.dropIndices(table, before);
    await runner.createIndices(table, after);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices(table, after);
    await runner.createIndices(table, before);
  }
}
