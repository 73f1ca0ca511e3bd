import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tags of an Official Account go with the follow: which of a follower's follows had one. */
export class FanTags1700000000035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'link_corp_tag',
      new TableColumn({ name: 'followedAt', type: 'bigint', isNullable: true }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('link_corp_tag', 'followedAt');
  }
}
