import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

/** A corp's tags beside ours, and customers handed from one rep to another. */
export class CorpTagsAndHandovers1700000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'corp_tag',
      [
        id(),
        idText('accountId'),
        idText('corpTagId', 64),
        idText('groupId', 64),
        text('groupName', 64),
        text('name', 64),
        count('sortRank'),
        idText('tagId', 26, maybe),
        flag('isGone'),
      ],
      {
        unique: [['uq_corp_tag', ['accountId', 'corpTagId']]],
        index: [['ix_corp_tag_tag', ['tagId', 'accountId']]],
      },
    );
    await createTable(
      runner,
      'link_corp_tag',
      [id('identityId'), id('userId', 64), id('corpTag')],
      { index: [['ix_link_corp_tag_tag', ['corpTag', 'identityId']]] },
    );
    await createTable(
      runner,
      'corp_tag_push',
      [
        id('identityId'),
        idText('accountId'),
        instant('at'),
        text('state', 16),
        text('reason', 64, maybe),
      ],
      { index: [['ix_corp_tag_push', ['accountId', 'state', 'at']]] },
    );
    await createTable(
      runner,
      'handover',
      [
        id(),
        idText('accountId'),
        text('way', 16),
        idText('fromUserId', 64),
        idText('toUserId', 64),
        text('message', 255, maybe),
        text('orderedBy', 64),
        instant('orderedAt'),
        instant('endedAt', maybe),
      ],
      { index: [['ix_handover_account', ['accountId', 'orderedAt']]] },
    );
    await createTable(
      runner,
      'handover_item',
      [
        id('handoverId'),
        id('identityId'),
        idText('accountId'),
        idText('externalUserId', 64),
        idText('toUserId', 64),
        text('state', 16),
        text('reason', 64, maybe),
        count('asks'),
        instant('settlesAt', maybe),
        instant('changedAt'),
      ],
      {
        index: [
          ['ix_handover_item_state', ['handoverId', 'state', 'identityId']],
          ['ix_handover_item_contact', ['accountId', 'externalUserId', 'state']],
        ],
      },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'handover_item',
      'handover',
      'corp_tag_push',
      'link_corp_tag',
      'corp_tag',
    ]);
  }
}
