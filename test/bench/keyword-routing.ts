/**
 * Keyword routing with many rules, microseconds per message.
 *   npx tsx test/bench/keyword-routing.ts [--rules 10000] [--patterns 50]
 * Prints the same messages with and without an evil pattern among the rules, and with conditions on every rule.
 */
import { parseArgs } from 'node:util';
import {
  compileRules,
  judgeConditions,
  matchRules,
  type Conditions,
  type Rule,
  type RuleMatch,
} from '../../src/replies/matching';

const { values } = parseArgs({
  options: {
    rules: { type: 'string', default: '10000' },
    patterns: { type: 'string', default: '50' },
  },
});

/** Common characters, so that random words and random messages do meet. */
const CHARACTERS = Array.from(
  '的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切',
);
const KINDS: RuleMatch[] = ['words', 'words', 'words', 'exact', 'all-words', 'prefix'];
const EVIL = ['(a+)+$', '^((红包)+)+$', '(.*)*谢谢$', '(红|包)*红(红|包){12}$'];
const CONDITIONS: Conditions[] = [
  { hours: [{ from: '22:00', to: '10:00' }] },
  { weekdays: [6, 7], tags: { none: ['member'] } },
  { quietMinutes: 10 },
  { segmentIds: ['regulars'] },
];
const someone = { zone: 'Asia/Shanghai', tags: ['member'], scene: null, segments: new Set('') };
/** As for a message: the clock is read anew for each. */
const context = () => ({
  accountId: 'shop',
  unmet: judgeConditions({ ...someone, now: Date.now(), answeredAt: () => ({}) }),
});

const random = repeatable(7);
const messages = Array.from({ length: 5_000 }, (_, at) =>
  at % 20 === 0 ? pick(200) : pick(6 + Math.floor(random() * 30)),
);
const plain = literals(Number(values.rules)).concat(patterns(Number(values.patterns)));

report('literals only', literals(Number(values.rules)));
report(`with ${values.patterns} patterns`, plain);
report(
  'with evil patterns too',
  plain.concat(EVIL.map((source, at) => pattern(`evil-${at}`, source))),
);
report(
  'with conditions on all',
  plain.map((rule, at) => ({ ...rule, when: CONDITIONS[at % CONDITIONS.length] ?? null })),
);

function report(name: string, rules: readonly Rule[]): void {
  let started = performance.now();
  const compiled = compileRules(rules);
  const built = performance.now() - started;
  const hits = route(compiled);
  route(compiled);
  const times: number[] = [];
  const cpu = process.cpuUsage();
  started = performance.now();
  for (let round = 0; round < 5; round++) {
    for (const text of messages) {
      const before = performance.now();
      matchRules(compiled, { kind: 'text', text }, context());
      times.push(performance.now() - before);
    }
  }
  const { user } = process.cpuUsage(cpu);
  times.sort((one, other) => one - other);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const us = (ms: number | undefined) => ((ms ?? 0) * 1000).toFixed(1);
  const p99 = times[Math.floor(times.length * 0.99)];
  print(
    `${name}: ${rules.length} rules built in ${built.toFixed(0)} ms; ` +
      `${us(mean)} µs a message (${(user / times.length).toFixed(1)} µs of processor), p99 ${us(p99)} µs; ${hits} of ${messages.length} matched`,
  );
}

function route(compiled: ReturnType<typeof compileRules>): number {
  return messages.filter((text) => matchRules(compiled, { kind: 'text', text }, context())).length;
}

function literals(count: number): Rule[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `rule-${at}`,
    match: KINDS[at % KINDS.length] ?? 'words',
    keywords: [pick(2 + (at % 4)), pick(3)],
    priority: at % 3,
    accountId: at % 5 === 0 ? 'other' : null,
    publishedAt: at,
  }));
}

function patterns(count: number): Rule[] {
  return Array.from({ length: count }, (_, at) => pattern(`pattern-${at}`, `${pick(2)}\\d+号?$`));
}

function pattern(id: string, source: string): Rule {
  return { id, match: 'pattern', keywords: [source], priority: 0, accountId: null, publishedAt: 1 };
}

function pick(length: number): string {
  return Array.from(
    { length },
    () => CHARACTERS[Math.floor(random() * CHARACTERS.length)] ?? '',
  ).join('');
}

function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
