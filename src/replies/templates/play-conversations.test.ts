import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testTemplates } from './index';

const replies = `
brand: { name: 试店, zone: Asia/Shanghai, scenes: { door: 门口 } }
welcome: { type: text, text: '欢迎，{{ scene.name }}' }
rules:
  - key: clock
    name: 几点
    match: exact
    keywords: [几点, 'n']
    answer: { type: text, text: "{{ now | date: '%m-%d %H:%M' }}" }
  - key: tap
    name: 菜单
    match: event
    keywords: ['CLICK:help']
    answer: { type: text, text: '帮助' }
  - key: night
    name: 夜里
    match: exact
    keywords: [在吗]
    when: { hours: [{ from: '22:00', to: '06:00' }], quietMinutes: 30 }
    also: { addTags: [夜猫] }
    answer: { type: several, messages: [{ type: text, text: 歇了 }, { type: text, text: 明早回 }] }
  - key: owl
    name: 夜猫
    match: exact
    keywords: [我呢]
    when: { tags: { any: [夜猫] } }
    answer: { type: text, text: 夜猫 }
faqs:
  - { id: a, question: 怎么退货, similar: [退货怎么办, 想退货], answer: 甲 }
  - { id: b, question: 怎么换货, similar: [换货怎么办, 想换货], answer: 乙 }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-conversations-'));
  await writeFile(join(folder, 'replies.yaml'), replies);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function play(...steps: string[]): Promise<string[]> {
  const lines = ['conversations:', '  - name: 一', '    at: 2026-12-31 23:50', '    steps:'];
  const conversation = [...lines, ...steps.map((step) => `      - ${step}`)].join('\n');
  await writeFile(join(folder, 'talk.yaml'), conversation);
  const { problems } = await testTemplates(folder, 'America/New_York');
  return problems.map(({ line, message }) => `${line}: ${message}`);
}

test('time passes by lengths, by the clock and over midnight, in the zone of the brand', async () => {
  const come = await play(
    "{ say: 几点, expect: { equals: '12-31 23:50' } }",
    "{ say: 几点, after: 20m, expect: { equals: '01-01 00:10' } }",
    "{ say: 几点, at: '23:00', expect: { equals: '01-01 23:00' } }",
    "{ say: 几点, at: '08:00', expect: { equals: '01-02 08:00' } }",
    "{ say: 几点, after: 2d, expect: { equals: '01-04 08:00' } }",
    "{ say: 几点, at: 2027-02-01 09:30, expect: { equals: '02-01 09:30' } }",
  );

  expect(come).toEqual([]);
});

test('what somebody does besides writing goes the way of the real events', async () => {
  const come = await play(
    '{ follow: door, expect: { by: welcome, equals: 欢迎，门口 } }',
    '{ follow: true, expect: { by: welcome } }',
    '{ tap: help, expect: { rule: tap, kind: text, lacks: 欢迎 } }',
    '{ tap: nothing, expect: { silence: true } }',
    '{ scan: door, expect: { silence: true } }',
    '{ send: image, expect: { silence: true } }',
    '{ say: 退订, expect: { by: opt-out } }',
    '{ say: 怎么退货, expect: { faq: a, equals: 甲 } }',
  );

  expect(come).toEqual([]);
});

test('limits of a rule and what it does besides hold from step to step', async () => {
  const come = await play(
    '{ say: 我呢, expect: { silence: true } }',
    '{ say: 在吗, expect: { rule: night, contains: [歇了, 明早回] } }',
    '{ say: 我呢, expect: { rule: owl } }',
    '{ say: 在吗, after: 10m, expect: { silence: true } }',
    '{ say: 在吗, after: 30m, expect: { rule: night } }',
    "{ say: 在吗, at: '07:00', expect: { silence: true } }",
  );

  expect(come).toEqual([]);
});

test('choices are offered, and answered by a tap or their number', async () => {
  await writeFile(
    join(folder, 'replies.yaml'),
    `${replies}  - { id: c, question: 想退货, similar: [退的货到哪了], answer: 丙 }\n`,
  );

  const come = await play(
    '{ say: 想退货, expect: { by: clarify, choices: [a, c, b] } }',
    '{ choose: 2, expect: { faq: c } }',
    '{ say: 想退货, expect: { by: clarify } }',
    "{ say: '1', expect: { faq: a } }",
    '{ choose: 1 }',
  );

  expect(come).toEqual(['9: 一, 2026-12-31 23:50, choose 1: nothing was offered to choose from']);
});

test.each([
  ['{ say: 几点, expect: { silence: true } }', 'expected silence; came: rule clock «12-31 23:50»'],
  ['{ tap: nothing, expect: { by: rule } }', 'expected rule; came: nothing'],
  ['{ say: 几点, expect: { faq: a } }', 'expected faq a; came: rule clock «12-31 23:50»'],
  ['{ say: 几点, expect: { contains: [12, x] } }', ''],
  ['{ say: 几点, expect: { lacks: 23 点 } }', ''],
  [
    "{ say: 几点, expect: { contains: ['12', '13'] } }",
    'the answer lacks "13"; came: rule clock «12-31 23:50»',
  ],
  ["{ say: 几点, expect: { lacks: '23' } }", 'the answer has "23"; came: rule clock «12-31 23:50»'],
  ['{ say: 几点, expect: { kind: image } }', 'expected image; came: rule clock «12-31 23:50»'],
])('%s', async (step, message) => {
  const come = await play(step);

  if (step.includes('[12, x]')) expect(come).toEqual([expect.stringMatching(/contains/)]);
  else
    expect(come.map((one) => one.replace(/^.*几点: |^.*nothing: /, ''))).toEqual(
      message === '' ? [] : [message],
    );
});

test.each([
  ['{ say: 几点, tap: help }', 'one of say, tap'],
  ['{ expect: { by: faq } }', 'one of say, tap'],
  ["{ say: 几点, after: 5m, at: '10:00' }", 'after or at, not both'],
  ['{ say: 几点, expect: {} }', 'expects nothing'],
  ['{ say: 几点, expect: { silence: true, by: rule } }', 'silence stands alone'],
])('%s is refused', async (step, message) => {
  expect((await play(step)).join()).toContain(message);
});
