import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTemplates, readTemplates, shippedTemplates, testTemplates } from './index';

const zone = 'Asia/Shanghai';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guanxi-templates-'));
  await cp(join(shippedTemplates(), 'beauty'), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a mistake into a file and says where it stands now. */
async function spoil(
  file: string,
  from: string,
  to: string,
): Promise<{ line: number; text: string }> {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  const spoilt = text.replace(from, to);
  await writeFile(join(folder, file), spoilt);
  return { line: spoilt.slice(0, text.indexOf(from)).split('\n').length, text: spoilt };
}

test.each([
  ['replies.yaml', 'match: words', 'match: sounds-like', 12, /rules\.0\.match: must be "exact"/],
  ['replies.yaml', 'texts/address.liquid', '../../etc/passwd', 33, /not inside this folder/],
  ['replies.yaml', 'texts/address.liquid', 'texts/absent.liquid', 33, /no file texts\/absent/],
  ['replies.yaml', 'key: address', 'key: opening-hours', 5, /stands in replies\.yaml:7 already/],
  ['replies.yaml', 'name: 发货', 'nmae: 发货', 5, /nmae is not known in rules\.2/],
  ['replies.yaml', '[0-9]{12}', '[0-9]{12,40}', 16, /pattern gap too wide/],
  [
    'faqs.yaml',
    'answer: 可以。在订单页',
    'reply: 可以。在订单页',
    5,
    /^reply is not known in faqs\.8$/m,
  ],
  ['messages.yaml', 'thing4: 点', 'thing5: 点', 15, /no \{\{thing5\.DATA\}\}/],
  [
    'menu.yaml',
    'key: shops',
    'kye: shops',
    undefined,
    /^kye is not known in menu\.1\.children\.1$/m,
  ],
  ['menu.yaml', '会员中心', '会员中心和订单', 11, /menu\.2\.name: longer than 16 bytes/],
  ['conversations/everyday.yaml', 'after: 20m', 'after: soon', undefined, /as 30s, 10m/],
  ['conversations/everyday.yaml', 'faq: parking', 'faq: cars', undefined, /no faq cars here/],
])('%s with %j as %j is refused where it stands', async (file, from, to, column, message) => {
  const { line } = await spoil(file, from, to);

  const { problems } = await checkTemplates(folder);

  expect(problems.map((one) => one.message).join('\n')).toMatch(message);
  const named = problems.find((one) => message.test(one.message));
  expect(named).toMatchObject({ file });
  expect(named?.line).toBe(
    file === 'conversations/everyday.yaml' && to.startsWith('faq') ? line - 1 : line,
  );
  if (column !== undefined) expect(named?.column).toBe(column);
});

test('a mistake in a text is named in the text', async () => {
  const { line } = await spoil('texts/member.liquid', '{%- else -%}', '{%- elze -%}');

  const { problems } = await checkTemplates(folder);

  expect(problems).toMatchObject([{ file: 'texts/member.liquid', line, code: 'template_invalid' }]);
});

test('a link that leads out of the folder is no text of it, one that stays is', async () => {
  await symlink('/etc/passwd', join(folder, 'texts/out.liquid'));
  await symlink('address.liquid', join(folder, 'texts/within.liquid'));
  await spoil('replies.yaml', 'texts/address.liquid', 'texts/within.liquid');
  expect((await checkTemplates(folder)).problems).toEqual([]);
  const { line } = await spoil('replies.yaml', 'texts/within.liquid', 'texts/out.liquid');

  const { problems } = await checkTemplates(folder);

  expect(problems).toMatchObject([{ file: 'replies.yaml', line, code: 'file_outside' }]);
});

test('broken YAML is one problem and hides no other file', async () => {
  await spoil('replies.yaml', 'rules:', 'rules: [');
  await spoil('messages.yaml', 'thing4: 点', 'thing5: 点');

  const { problems } = await checkTemplates(folder);

  expect(new Set(problems.map(({ file }) => file))).toEqual(
    new Set(['replies.yaml', 'messages.yaml']),
  );
});

test('a text in a file may stand inside an answer of several', async () => {
  await spoil(
    'replies.yaml',
    '{ type: text, text: 不客气，随时找我。 }',
    '{ type: text, file: texts/address.liquid }',
  );

  const { rules } = await readTemplates(folder);

  expect(rules.find(({ key }) => key === 'thanks')?.answer).toMatchObject({
    type: 'one-of',
    answers: [{ type: 'text', text: expect.stringContaining('愚园路') as string }, {}],
  });
});

test('what will not do what its author thinks is a warning', async () => {
  await spoil('menu.yaml', 'key: shops', 'key: nowhere');
  await spoil('replies.yaml', 'keywords: [谢谢, 多谢, 谢谢你]', 'keywords: [人工]');
  await spoil('faqs.yaml', '静安店能停车吗', '怎么约护理时间');

  const { problems, warnings } = await checkTemplates(folder);

  expect(problems).toEqual([]);
  expect(warnings.map(({ code }) => code).sort()).toEqual([
    'menu_key_unanswered',
    'same-keyword',
    'shared-phrasing',
  ]);
});

test('names nobody fills in and signs that followers would read are warnings', async () => {
  await spoil('texts/member.liquid', '{%- else -%}', '{%- else -%}{{ person.nme }}');
  const own = `faqs:
  - { id: tags, question: 猫砂, answer: '{% for tag in person.tags %}{{ tag }}{% endfor %}' }
  - { id: raw, question: 猫粮, answer: '{% for n in (1..3) %}喵{% endfor %}' }
  - { id: typo, question: 猫抓板, answer: '{{ person.name }}您好，{{ shop.phone }}' }`;
  await writeFile(join(folder, 'more.yaml'), own);

  const { problems, warnings } = await checkTemplates(folder);

  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([
    { file: 'replies.yaml', code: 'variable_unknown' },
    { file: 'replies.yaml', code: 'variable_unknown' },
    { file: 'more.yaml', line: 4, code: 'variable_unknown' },
    { file: 'more.yaml', line: 3, code: 'said_as_written' },
  ]);
  expect(warnings[0]?.message).toContain('rule member names person.nme, which nobody fills in');
});

test('a conversation that comes out otherwise says where, when and what came instead', async () => {
  const { line } = await spoil(
    'conversations/everyday.yaml',
    'expect: { rule: opening-hours, contains: 周末人多 }',
    'expect: { rule: address }',
  );

  const { problems } = await testTemplates(folder, zone);

  expect(problems).toMatchObject([
    { file: 'conversations/everyday.yaml', line: line - 1, code: 'conversation' },
  ]);
  expect(problems[0]?.message).toBe(
    '新来的人, 2026-11-21 14:32, say 营业时间: expected rule address; came: rule opening-hours ' +
      '«小雨，静安店每天 10:00–22:00 营业，最晚 21:30 到店都来得及。 ⏎ 周末人多，先约个时间不用等。»',
  );
});
