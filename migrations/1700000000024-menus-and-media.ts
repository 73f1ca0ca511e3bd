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
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class MenusAndMedia1700000000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'media_item',
      [
        id(),
        idText('scope'),
        text('kind', 16),
        text('name', 120),
        idText('sha256', 64),
        text('mime', 32, maybe),
        count('byteCount'),
        count('width', maybe),
        count('height', maybe),
        count('seconds', maybe),
        json('card', maybe),
        text('state', 16),
        instant('createdAt'),
        text('createdBy', 128),
      ],
      {
        unique: [['uq_media_item', ['scope', 'kind', 'sha256']]],
        index: [['ix_media_item_sha256', ['sha256']]],
      },
    );
    await createTable(runner, 'media_piece', [id('itemId'), id('place', 4), longText('data')]);
    await createTable(runner, 'media_copy', [
      id('itemId'),
      id('accountId'),
      idText('mediaId', 128, maybe),
      instant('uploadedAt', maybe),
      instant('expiresAt', maybe),
      text('trouble', 64, maybe),
    ]);
    await createTable(
      runner,
      'menu',
      [
        id(),
        idText('accountId'),
        idText('tagKey'),
        json('draft'),
        count('revision'),
        idText('wantedVersionId', 26, maybe),
        idText('liveVersionId', 26, maybe),
        count('platformTagId', maybe),
        text('trouble', 64, maybe),
        instant('removedAt', maybe),
        instant('publishedAt', maybe),
        instant('settledAt', maybe),
        instant('createdAt'),
        instant('changedAt'),
        text('changedBy', 128),
      ],
      { unique: [['uq_menu', ['accountId', 'tagKey']]] },
    );
    await createTable(
      runner,
      'menu_version',
      [
        id(),
        idText('menuId'),
        count('number'),
        json('entries'),
        text('note', 16),
        instant('at'),
        text('byName', 128),
      ],
      { unique: [['uq_menu_version', ['menuId', 'number']]] },
    );
    await createTable(runner, 'menu_follower', [id('menuId'), id('identityId')]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      ...['menu_follower', 'menu_version', 'menu', 'media_copy', 'media_piece', 'media_item'],
    ]);
  }
}
