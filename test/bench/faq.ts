/**
 * Speed of the FAQ matcher, and its predictions for a scorer.
 *   npx tsx test/bench/faq.ts --faq FILE [--queries FILE] [--predictions FILE] [--limit N]
 * FILE lines: {"id","question","similar":[…]} and {"qid","text"}. Predictions (default
 * predictions.jsonl beside where it runs): {"qid","ranked":[["id",score],…]}; the product answers
 * at a first score of 0.5 and above.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  askFaq,
  buildFaqIndex,
  buildFaqIndexGently,
  faqHealth,
  type Faq,
} from '../../src/replies/faq';

const { values } = parseArgs({
  options: {
    faq: { type: 'string' },
    queries: { type: 'string' },
    predictions: { type: 'string', default: 'predictions.jsonl' },
    limit: { type: 'string', default: '0' },
  },
});

async function run(): Promise<void> {
  if (values.faq === undefined) throw new Error('--faq FILE is missing');
  const faqs = readLines<Faq>(values.faq).slice(0, Number(values.limit) || undefined);

  let started = performance.now();
  const index = buildFaqIndex(faqs);
  print(`build: ${since(started)} ms for ${faqs.length} FAQs`);
  const slices: number[] = [];
  started = performance.now();
  let slice = started;
  await buildFaqIndexGently(faqs, async () => {
    slices.push(performance.now() - slice);
    await new Promise((resolve) => setImmediate(resolve));
    slice = performance.now();
  });
  print(
    `gentle build: ${since(started)} ms, longest stretch ${Math.max(0, ...slices).toFixed(1)} ms`,
  );
  const { warnings, ...health } = faqHealth(index);
  print(`health: ${JSON.stringify(health)}, ${warnings.length} warnings`);

  const queries =
    values.queries === undefined
      ? faqs.map(({ id, question }) => ({ qid: id, text: question }))
      : readLines<{ qid: string; text: string }>(values.queries);
  const some = queries.slice(0, 5_000);
  for (const { text } of some.slice(0, 500)) askFaq(index, text);
  const cpu = process.cpuUsage();
  started = performance.now();
  let asked = 0;
  while (performance.now() - started < 2_000) {
    for (const { text } of some) askFaq(index, text);
    asked += some.length;
  }
  const rate = (asked * 1000) / (performance.now() - started);
  const perCore = (asked * 1_000_000) / process.cpuUsage(cpu).user;
  print(`speed: ${rate.toFixed(0)} questions/s, ${perCore.toFixed(0)} per second of processor`);

  if (values.queries === undefined) return;
  const bands = { answer: 0, clarify: 0, none: 0 };
  const predictions = queries.map(({ qid, text }) => {
    const { band, ranked } = askFaq(index, text);
    bands[band]++;
    return JSON.stringify({ qid, ranked: ranked.map(({ id, score }) => [id, score]) });
  });
  writeFileSync(values.predictions, predictions.join('\n') + '\n');
  print(`bands: ${JSON.stringify(bands)}; predictions in ${values.predictions}`);
}

function readLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T);
}

function since(started: number): string {
  return (performance.now() - started).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void run();
