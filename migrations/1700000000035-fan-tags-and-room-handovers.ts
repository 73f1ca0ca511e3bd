import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  text,
} from '../src/kernel/database/schema';

/** Tags of an Official Account go with the follow: which of a follower's follows had one. And rooms of a hand-over. */
export class FanTagsAndRoomHandovers1700000000035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'link_corp_tag',
      new TableColumn({ name: 'followedAt', type: 'bigint', isNullable: true }),
    );
    await createTable(
      runner,
      'handover_room',
      [
        id('handoverId'),
        id('room'),
        idText('accountId'),
        text('state', 16),
        text('reason', 64, { nullable: true }),
        count('asks'),
        instant('changedAt'),
      ],
      { index: [['ix_handover_room_state', ['room', 'state']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['handover_room']);
    await runner.dropColumn('link_corp_tag', 'followedAt');
  }
}
