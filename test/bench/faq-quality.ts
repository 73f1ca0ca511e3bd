/**
 * How well the FAQ matcher answers shops we wrote ourselves, at its own threshold:
 *   npx tsx test/bench/faq-quality.ts
 * Copies: FAQs without their answers; noisy questions; one phrasing an FAQ; ten FAQs with one phrasing, the others' questions
 * being of the same trade and without an answer. `decision` = half the right answers to answerable
 * questions, a quarter each the refusals of the same trade and of unrelated questions.
 */
import { join } from 'node:path';
import { askFaq, buildFaqIndex } from '../../src/replies/faq';
import { beauty } from '../fixtures/faq-shops/beauty';
import { coffee } from '../fixtures/faq-shops/coffee';
import { makeNoisy } from '../fixtures/faq-shops/make-noisy';
import { parcels } from '../fixtures/faq-shops/parcels';
import { readShop, type Shop } from '../fixtures/faq-shops/read-shop';
import { laterQuestions, starterQuestions } from '../fixtures/faq-shops/starter-questions';
import { unknownNouns } from '../fixtures/faq-shops/unknown-nouns';
import { readTemplates, shippedTemplates } from '../../src/replies/templates';
import { askBrand } from '../support/ask-brand';

const shops = { beauty, coffee, parcels };

const copies: Record<string, (shop: Shop) => Shop> = {
  'as written': (shop) => shop,
  'no answers': (shop) => ({
    ...shop,
    faqs: shop.faqs.map((faq) => ({ ...faq, answer: '' })),
  }),
  noisy: (shop) => ({
    ...shop,
    asked: shop.asked.map((one, at) => ({ ...one, text: makeNoisy(one.text, at) })),
  }),
  'one phrasing': (shop) => ({
    ...shop,
    faqs: shop.faqs.map((faq) => ({ ...faq, similar: [] })),
  }),
  'ten FAQs, one phrasing': (shop) => {
    const faqs = shop.faqs.slice(0, 10).map((faq) => ({ ...faq, similar: [] }));
    const known = new Set(faqs.map(({ id }) => id));
    const asked = shop.asked.map((one) =>
      one.gold === null || known.has(one.gold)
        ? one
        : { ...one, gold: null, kind: 'held' as const },
    );
    return { faqs, asked };
  },
};

function measure({ faqs, asked }: Shop) {
  const index = buildFaqIndex(faqs);
  const seen = asked.map((one) => ({ ...one, answer: askFaq(index, one.text) }));
  const within = seen.filter(({ kind }) => kind === 'in');
  const share = (list: typeof seen, holds: (one: (typeof seen)[number]) => boolean) =>
    list.length === 0 ? 0 : list.filter(holds).length / list.length;
  const refused = (kind: string) =>
    share(
      seen.filter((one) => one.kind === kind),
      ({ answer }) => answer.band !== 'answer',
    );
  const right = share(within, ({ answer, gold }) => answer.best === gold);
  const held = refused('held');
  const far = refused('far');
  return {
    top1: share(within, ({ answer, gold }) => answer.ranked[0]?.id === gold),
    top3: share(within, ({ answer, gold }) =>
      answer.ranked.slice(0, 3).some(({ id, score }) => id === gold && score > 0),
    ),
    right,
    wrong: share(within, ({ answer, gold }) => answer.band === 'answer' && answer.best !== gold),
    helped: share(
      within,
      ({ answer, gold }) =>
        answer.best === gold ||
        (answer.band === 'clarify' && answer.ranked.slice(0, 3).some(({ id }) => id === gold)),
    ),
    held,
    far,
    decision: 0.5 * right + 0.25 * held + 0.25 * far,
  };
}

/** How many questions in the shop's own words about what it says nothing of are answered all the same. */
function measureUnknown(): void {
  const rows = Object.entries(shops).map(([name, written]) => {
    const index = buildFaqIndex(readShop(written).faqs);
    const { asked } = readShop(unknownNouns[name as keyof typeof unknownNouns]);
    const answered = asked.flatMap(({ text }) => {
      const { best } = askFaq(index, text);
      return best === undefined ? [] : [text];
    });
    return { name, total: asked.length, answered };
  });
  print('');
  print('| questions with an unknown noun | asked | answered | which |');
  print('| --- | --- | --- | --- |');
  for (const { name, total, answered } of rows) {
    print(`| ${name} | ${total} | ${answered.length} | ${answered.join('、')} |`);
  }
}

/** The brands that come with the product, rules and questions together. */
async function measureStarters(): Promise<void> {
  print('');
  print('| starter brand | asked | right | mistaken | nothing written | answered all the same |');
  print('| --- | --- | --- | --- | --- | --- |');
  for (const [list, questions] of Object.entries({ starterQuestions, laterQuestions })) {
    for (const [brand, written] of Object.entries(questions)) {
      const templates = await readTemplates(join(shippedTemplates(), brand));
      const { answerable, right, mistaken, unanswerable, hasty } = askBrand(templates, written);
      const cells = [answerable, right, mistaken.join('、'), unanswerable, hasty.join('、')];
      print(`| ${brand}, ${list} | ${cells.join(' | ')} |`);
    }
  }
}

const columns = ['top1', 'top3', 'right', 'wrong', 'helped', 'held', 'far', 'decision'] as const;
const print = (line: string) => process.stdout.write(`${line}\n`);
print(`| shop | copy | ${columns.join(' | ')} |`);
print(`| --- | --- | ${columns.map(() => '---').join(' | ')} |`);
for (const [copy, made] of Object.entries(copies)) {
  const rows = Object.entries(shops).map(([name, written]) => {
    const found = measure(made(readShop(written)));
    return { name, found };
  });
  const mean = Object.fromEntries(
    columns.map((key) => [key, rows.reduce((sum, { found }) => sum + found[key], 0) / rows.length]),
  ) as (typeof rows)[number]['found'];
  for (const { name, found } of [...rows, { name: 'mean', found: mean }]) {
    const figures = columns.map((key) =>
      key === 'decision' ? found[key].toFixed(3) : (found[key] * 100).toFixed(1),
    );
    print(`| ${name} | ${copy} | ${figures.join(' | ')} |`);
  }
}
measureUnknown();
void measureStarters();
