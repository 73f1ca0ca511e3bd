import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const onEpisodes = new TableIndex({
  name: 'ix_link_episode_source',
  columnNames: ['accountId', 'source', 'kind'],
});
const onLinks = new TableIndex({
  name: 'ix_staff_link_source',
  columnNames: ['accountId', 'source', 'state'],
});

/** What a code brought is read from what happened, not from how it stands: a return by another way changes that. */
export class WhomACodeBrought1700000000047 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndex('link_episode', onEpisodes);
    await runner.dropIndex('staff_link', onLinks);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createIndex('staff_link', onLinks);
    await runner.dropIndex('link_episode', onEpisodes);
  }
}
