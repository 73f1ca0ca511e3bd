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

/** Where unanswered questions come from, what could become a phrasing, and what must stay answered. */
export class FaqLearning1700000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'faq_asked',
      [
        id('missId'),
        id('accountId'),
        id('reason', 16),
        count('askedTimes'),
        instant('lastAt'),
        idText('faqId', 64, maybe),
      ],
      { index: [['ix_faq_asked_account', ['accountId', 'missId']]] },
    );
    await createTable(
      runner,
      'faq_candidate',
      [
        id(),
        idText('faqId', 64),
        text('folded', 200),
        text('phrasing', 200),
        idText('accountId'),
        text('source', 16),
        count('times'),
        text('state', 16),
        instant('firstAt'),
        instant('lastAt'),
      ],
      {
        unique: [['uq_faq_candidate', ['faqId', 'folded']]],
        index: [['ix_faq_candidate_state', ['state', 'times', 'id']]],
      },
    );
    await createTable(
      runner,
      'faq_origin',
      [
        id(),
        idText('faqId', 64),
        text('folded', 200),
        text('source', 16),
        text('byName', 120),
        text('sentence', 200, maybe),
        idText('accountId', 26, maybe),
        instant('at'),
      ],
      { unique: [['uq_faq_origin', ['faqId', 'folded']]] },
    );
    await createTable(
      runner,
      'faq_example',
      [
        id(),
        text('folded', 200),
        text('question', 500),
        idText('faqId', 64, maybe),
        text('byName', 120),
        instant('createdAt'),
      ],
      { unique: [['uq_faq_example', ['folded']]] },
    );
    await createTable(runner, 'faq_feedback', [
      id('accountId'),
      flag('isOn'),
      instant('changedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'faq_feedback',
      'faq_example',
      'faq_origin',
      'faq_candidate',
      'faq_asked',
    ]);
  }
}
