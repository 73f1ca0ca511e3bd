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

export class Replies1700000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'reply_rule',
      [
        id(),
        text('name', 64),
        text('matchKind', 16),
        json('keywords'),
        count('priority'),
        idText('accountId', 26, maybe),
        json('answer'),
        text('status', 16),
        instant('publishedAt', maybe),
        text('templateKey', 96, maybe),
        instant('createdAt'),
        instant('updatedAt'),
      ],
      {
        unique: [['uq_reply_rule_template', ['templateKey']]],
        index: [['ix_reply_rule_account', ['accountId', 'id']]],
      },
    );
    await createTable(runner, 'reply_default', [
      id('accountId'),
      json('welcome', maybe),
      json('fallback', maybe),
      instant('updatedAt'),
    ]);
    await createTable(runner, 'reply_hit', [
      id('kind', 8),
      id('targetId', 64),
      id('day', 10),
      count('hits'),
    ]);
    await createTable(
      runner,
      'faq',
      [
        id('id', 64),
        text('question', 500),
        longText('answer'),
        text('status', 16),
        instant('createdAt'),
        instant('updatedAt'),
      ],
      { index: [['ix_faq_updated', ['updatedAt', 'id']]] },
    );
    await createTable(runner, 'faq_phrasing', [
      id('faqId', 64),
      id('place', 6),
      text('phrasing', 500),
    ]);
    await createTable(
      runner,
      'faq_miss',
      [
        id(),
        text('folded', 200),
        text('sample', 200),
        count('askedTimes'),
        text('state', 16),
        instant('firstAt'),
        instant('lastAt'),
      ],
      {
        unique: [['uq_faq_miss_folded', ['folded']]],
        index: [['ix_faq_miss_state', ['state', 'askedTimes', 'id']]],
      },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'faq_miss',
      'faq_phrasing',
      'faq',
      'reply_hit',
      'reply_default',
      'reply_rule',
    ]);
  }
}
