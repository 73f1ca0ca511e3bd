import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  json,
  longText,
  number,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class Relationships1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'identity',
      [
        id(),
        idText('accountId'),
        text('kind', 24),
        idText('externalId', 64),
        idText('personId'),
        idText('unionid', 64, maybe),
        text('state', 16),
        instant('stateAt', maybe),
        instant('firstFollowedAt', maybe),
        instant('followedAt', maybe),
        instant('unfollowedAt', maybe),
        count('followCount'),
        text('sourceKind', 32, maybe),
        text('sourceScene', 64, maybe),
        text('firstScene', 64, maybe),
        instant('lastActiveAt', maybe),
        instant('lastInboundAt', maybe),
        instant('optedOutAt', maybe),
        json('windows', maybe),
        longText('offered', maybe),
        count('version'),
        instant('createdAt'),
      ],
      {
        unique: [['uq_identity_external', ['accountId', 'externalId']]],
        index: [
          ['ix_identity_person', ['personId']],
          ['ix_identity_unionid', ['unionid']],
          ['ix_identity_state', ['accountId', 'state', 'followedAt']],
          ['ix_identity_active', ['lastActiveAt', 'id']],
        ],
      },
    );
    await createTable(runner, 'person', [
      id(),
      text('displayName', 64, maybe),
      instant('createdAt'),
    ]);
    await createTable(
      runner,
      'identity_join',
      [
        id(),
        idText('identityId'),
        idText('fromPersonId', 26, maybe),
        idText('toPersonId'),
        text('reason', 32),
        idText('decidedBy', 64),
        instant('at'),
      ],
      { index: [['ix_identity_join_identity', ['identityId', 'at']]] },
    );
    await createTable(
      runner,
      'episode',
      [
        id(),
        idText('identityId'),
        idText('accountId'),
        text('kind', 24),
        instant('at'),
        text('sourceKind', 32, maybe),
        text('scene', 64, maybe),
        count('nth'),
      ],
      {
        index: [
          ['ix_episode_identity', ['identityId', 'at']],
          ['ix_episode_at', ['accountId', 'kind', 'at']],
        ],
      },
    );
    await createTable(
      runner,
      'timeline_entry',
      [
        id(),
        idText('identityId'),
        idText('accountId'),
        instant('at'),
        text('kind', 32),
        longText('params'),
        text('refKind', 24, maybe),
        idText('refId', 26, maybe),
      ],
      {
        index: [
          ['ix_timeline_identity', ['identityId', 'at', 'id']],
          ['ix_timeline_kind', ['kind', 'at']],
          ['ix_timeline_identity_kind', ['identityId', 'kind', 'at']],
        ],
      },
    );
    await createTable(runner, 'tag', [id(), text('name', 32), instant('createdAt')], {
      unique: [['uq_tag_name', ['name']]],
    });
    await createTable(
      runner,
      'identity_tag',
      [id('identityId'), id('tagId'), text('addedBy', 64), instant('at')],
      { index: [['ix_identity_tag_tag', ['tagId', 'identityId']]] },
    );
    await createTable(
      runner,
      'field_definition',
      [
        id(),
        idText('fieldKey', 32),
        text('name', 32),
        text('type', 16),
        json('options'),
        instant('createdAt'),
      ],
      { unique: [['uq_field_key', ['fieldKey']]] },
    );
    await createTable(
      runner,
      'identity_field',
      [
        id('identityId'),
        id('fieldKey', 32),
        text('textValue', 255, maybe),
        number('numberValue', maybe),
        instant('at'),
      ],
      {
        index: [
          ['ix_identity_field_number', ['fieldKey', 'numberValue']],
          ['ix_identity_field_text', ['fieldKey', 'textValue']],
        ],
      },
    );
    await createTable(
      runner,
      'scene',
      [
        id(),
        idText('accountId'),
        text('scene', 64),
        text('name', 64),
        text('ticket', 255, maybe),
        text('url', 255, maybe),
        instant('createdAt'),
      ],
      { unique: [['uq_scene', ['accountId', 'scene']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'scene',
      'identity_field',
      'field_definition',
      'identity_tag',
      'tag',
      'timeline_entry',
      'episode',
      'identity_join',
      'person',
      'identity',
    ]);
  }
}
