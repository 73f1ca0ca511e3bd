import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTables, id, idText, instant, text } from '../src/kernel/database/schema';

const maybe = { nullable: true };

/** Telephone numbers of identities, followers whom WeCom was asked about, and who is not who. */
export class OnePerson1700000000034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'identity_phone',
      [
        id(),
        idText('identityId'),
        idText('phone', 20),
        idText('heldBy', 64),
        text('notedBy', 64),
        instant('at'),
      ],
      {
        unique: [['uq_identity_phone', ['identityId', 'phone', 'heldBy']]],
        index: [['ix_identity_phone', ['phone', 'identityId']]],
      },
    );
    await createTable(
      runner,
      'follower_match',
      [id('identityId'), id('accountId'), idText('pendingId', 64, maybe), instant('askedAt')],
      { index: [['ix_follower_match', ['accountId', 'pendingId']]] },
    );
    await createTable(runner, 'not_same_person', [
      id('onePersonId'),
      id('otherPersonId'),
      text('decidedBy', 64),
      instant('at'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['not_same_person', 'follower_match', 'identity_phone']);
  }
}
