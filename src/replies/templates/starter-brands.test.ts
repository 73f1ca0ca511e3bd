import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  laterQuestions,
  starterQuestions,
} from '../../../test/fixtures/faq-shops/starter-questions';
import { askBrand } from '../../../test/support/ask-brand';
import { RULE_MATCHES } from '../matching';
import {
  brandsIn,
  readTemplates,
  schemaText,
  shippedTemplates,
  templateSchemas,
  testTemplates,
} from './index';

const brands = ['beauty', 'coffee-shop', 'training-school'] as const;
const folderOf = (brand: string) => join(shippedTemplates(), brand);
/** Rewards for following, sharing or collecting likes cost an account its rights. */
const forbidden = /转发|分享.{0,8}(送|领|得|减)|关注.{0,6}(送|领|得|立减)|集赞|朋友圈/;

test('these are the brands that come with the product', async () => {
  expect(await brandsIn(shippedTemplates())).toEqual(brands);
});

describe.each(brands)('%s', (brand) => {
  test('is sound, and its conversations come out as written', async () => {
    const { problems, warnings, ...counts } = await testTemplates(folderOf(brand), 'UTC');

    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(counts.steps).toBeGreaterThan(20);
  });

  test('is whole: enough rules of every kind, questions with their phrasings, a menu', async () => {
    const read = await readTemplates(folderOf(brand));

    expect(read.brand).toMatchObject({ zone: 'Asia/Shanghai' });
    expect(read.welcome && read.default && read.menu).toBeDefined();
    expect(read.rules.length).toBeGreaterThanOrEqual(12);
    expect(new Set(read.rules.map(({ match }) => match))).toEqual(new Set(RULE_MATCHES));
    expect(read.faqs.length).toBeGreaterThanOrEqual(15);
    expect(read.faqs.filter(({ similar }) => similar.length < 3)).toEqual([]);
    const played = read.conversations.flatMap(({ steps }) => steps);
    expect(played.filter(({ expect: expected }) => !expected)).toEqual([]);
  });

  test('answers what it knows, and seldom what it says nothing of', async () => {
    const written = starterQuestions[brand] + laterQuestions[brand].trimStart();
    const tally = askBrand(await readTemplates(folderOf(brand)), written);

    expect(tally.right / tally.answerable).toBeGreaterThan(0.8);
    expect(tally.mistaken.length / tally.answerable).toBeLessThan(0.03);
    expect(tally.hasty.length / tally.unanswerable).toBeLessThan(0.17);
  });

  test('promises nothing for following or sharing', async () => {
    const { rules, faqs, welcome, default: fallback } = await readTemplates(folderOf(brand));

    expect(JSON.stringify([rules, faqs, welcome, fallback])).not.toMatch(forbidden);
  });

  test('tells editors its schema', () => {
    for (const file of ['brand', 'replies', 'faqs', 'menu']) {
      const [first] = readFileSync(join(folderOf(brand), `${file}.yaml`), 'utf8').split('\n');
      expect(first).toBe('# yaml-language-server: $schema=../schema/templates.json');
    }
  });
});

test('no two brands have a rule or a question of one name, so that one never overwrites another', async () => {
  const all = await Promise.all(brands.map((brand) => readTemplates(folderOf(brand))));
  const ids = all.flatMap(({ rules, faqs }) => [
    ...rules.map(({ key }) => `rule ${key}`),
    ...faqs.map(({ id }) => `faq ${id}`),
  ]);

  expect(new Set(ids).size).toBe(ids.length);
});

test('the schema for editors is the one of the code: `guanxi templates schema` writes it', async () => {
  for (const [name, schema] of Object.entries(templateSchemas())) {
    const written = await readFile(join(shippedTemplates(), 'schema', name), 'utf8');
    expect(written).toBe(schemaText(schema));
  }
});
