import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onBothEngines } from '../../../test/support/open-kit';
import type { Actor } from '../../kernel/access';
import { checkTemplates, importTemplates, readTemplates } from './index';

const shipped = resolve(__dirname, '../../../templates');
const zone = 'Asia/Shanghai';
const owner: Actor = {
  kind: 'operator',
  id: 'o',
  name: 'o',
  permissions: new Set(),
  accountIds: 'all',
};

const nightShift = `
rules:
  - key: night
    name: 夜里
    match: words
    keywords: [在吗]
    answer: { type: text, text: 打烊了 }
    when: { hours: [{ from: '22:00', to: '10:00' }], quietMinutes: 60, tags: { none: [问过] } }
    also: { addTags: [问过] }
conversations:
  - name: 半夜来问
    now: '2026-11-21T21:59:00+08:00'
    steps:
      - { says: 在吗, by: default }
      - { says: 在吗, by: rule, rule: night, at: '2026-11-22T01:00:00+08:00' }
      - { says: 在吗, by: default, at: '2026-11-22T03:00:00+08:00' }
`;

describe('the templates folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-templates-'));
    await cp(shipped, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const spoil = async (file: string, from: string, to: string) => {
    const text = await readFile(join(folder, file), 'utf8');
    expect(text).toContain(from);
    await writeFile(join(folder, file), text.replace(from, to));
  };

  test('what we ship is sound and its conversations come out as written', async () => {
    const check = await checkTemplates(shipped, zone);

    expect(check.problems).toEqual([]);
    expect(check).toMatchObject({ rules: 11, faqs: 12, messages: 1 });
    expect(check.steps).toBeGreaterThan(10);
  });

  test.each([
    ['replies.yaml', 'match: words', 'match: sounds-like', 'replies.yaml', 8],
    ['replies.yaml', 'rules:', 'rules: [', 'replies.yaml', undefined],
    ['replies.yaml', 'texts/address.liquid', '../../etc/passwd', 'replies.yaml', 16],
    ['replies.yaml', 'texts/address.liquid', 'texts/absent.liquid', 'replies.yaml', 16],
    ['replies.yaml', 'key: address', 'key: opening-hours', 'replies.yaml', 12],
    ['texts/member.liquid', '{%- else -%}', '{%- elze -%}', 'texts/member.liquid', undefined],
    [
      'texts/opening-hours.liquid',
      '{%- endif %}',
      '{%- endfor %}',
      'texts/opening-hours.liquid',
      undefined,
    ],
    ['faqs.yaml', 'answer: 可以。在订单页', 'reply: 可以。在订单页', 'faqs.yaml', undefined],
    ['messages.yaml', 'thing4: 点', 'thing5: 点', 'messages.yaml', 14],
    [
      'conversations/everyday.yaml',
      'faq: parking',
      'faq: booking',
      'conversations/everyday.yaml',
      undefined,
    ],
  ])('%s with %j as %j is refused at its line', async (file, from, to, named, line) => {
    await spoil(file, from, to);

    const { problems } = await checkTemplates(folder, zone);

    expect(problems[0]).toMatchObject({
      file: named,
      line: line ?? (expect.any(Number) as number),
    });
  });
});

onBothEngines('importing templates', (open) => {
  test('a second import finds what the first one made and changes only what is different', async () => {
    const kit = await open();
    const templates = await readTemplates(shipped);

    const first = await importTemplates(kit, templates, { actor: owner, accountId: 'ACC' });
    const again = await importTemplates(kit, templates, { actor: owner, accountId: 'ACC' });
    const [rule] = templates.rules;
    const changed = { ...templates, rules: [{ ...rule!, priority: 5 }] };
    const third = await importTemplates(kit, changed, { actor: owner, accountId: 'ACC' });

    expect(first).toEqual({
      rules: { added: 11, changed: 0 },
      faqs: { added: 12, changed: 0 },
      settings: true,
    });
    expect(again).toMatchObject({
      rules: { added: 0, changed: 0 },
      faqs: { added: 0, changed: 0 },
    });
    expect(third.rules).toEqual({ added: 0, changed: 1 });
  });

  test('a rule keeps its hours and what it does besides, and a conversation plays them by the clock', async () => {
    const kit = await open();
    const folder = await mkdtemp(join(tmpdir(), 'guanxi-templates-'));
    await writeFile(join(folder, 'night.yaml'), nightShift);

    const check = await checkTemplates(folder, zone);
    const templates = await readTemplates(folder);
    await importTemplates(kit, templates, { actor: owner, accountId: 'ACC' });
    const again = await importTemplates(kit, templates, { actor: owner, accountId: 'ACC' });

    expect(check.problems).toEqual([]);
    expect(again.rules).toEqual({ added: 0, changed: 0 });
    const rows = await kit.db.read.all<{ conditions: string; actions: string }>(
      'SELECT conditions, actions FROM reply_rule',
    );
    expect(rows.map(({ conditions }) => JSON.parse(conditions) as unknown)).toEqual([
      { hours: [{ from: '22:00', to: '10:00' }], quietMinutes: 60, tags: { none: ['问过'] } },
    ]);
    expect(rows.map(({ actions }) => JSON.parse(actions) as unknown)).toEqual([
      { addTags: ['问过'] },
    ]);
    await rm(folder, { recursive: true });
  });

  test('a folder with a mistake imports nothing', async () => {
    const kit = await open();
    const folder = await mkdtemp(join(tmpdir(), 'guanxi-templates-'));
    await writeFile(join(folder, 'a.yaml'), 'rules:\n  - key: x\n');

    await expect(readTemplates(folder)).rejects.toMatchObject({
      code: 'templates_invalid',
      params: { errors: expect.arrayContaining([expect.objectContaining({ path: 'a.yaml:2' })]) },
    });

    expect(await kit.db.read.all('SELECT id FROM reply_rule')).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
