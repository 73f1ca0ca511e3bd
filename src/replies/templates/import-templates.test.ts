import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anAccount } from '../../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../../test/support/open-kit';
import type { Actor } from '../../kernel/access';
import { AccountBook } from '../../accounts';
import { serveApi } from '../../../test/support/serve-api';
import { openReplies, replyOperations } from '../index';
import {
  checkTemplates,
  countChanges,
  diffTemplates,
  exportTemplates,
  importTemplates,
  readTemplates,
  shippedTemplates,
  type Templates,
} from './index';
import { readLive } from './live-templates';
import { fileRule } from './template-files.schema';

const owner: Actor = {
  kind: 'operator',
  id: 'o',
  name: 'o',
  permissions: new Set(),
  accountIds: 'all',
};
const brand = (name: string) => readTemplates(join(shippedTemplates(), name));
const none = { added: 0, changed: 0, same: 0, kept: 0, onlyHere: 0 };

onBothEngines('importing templates', (open) => {
  let folder: string;
  let close: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guanxi-templates-'));
  });
  afterEach(async () => {
    for (const one of close) await one();
    close = [];
    await rm(folder, { recursive: true, force: true });
  });

  /** An installation with one account, its console, and a brand in it. */
  async function installation(templates: Templates) {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA', createdAt: 1 });
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    const api = await serveApi(kit, replyOperations(kit, { book, replies }));
    close = [() => api.close(), () => replies.close()];
    const done = await importTemplates(kit, templates, { actor: owner, accountId });
    return { kit, api, accountId, done };
  }
  const idOf = async (kit: TestKit, key: string) =>
    (
      await kit.db.read.all<{ id: string }>(`SELECT id FROM reply_rule WHERE templateKey LIKE ?`, [
        `%:${key}`,
      ])
    )[0]?.id ?? '';

  test('again does nothing, and does it without touching a row', async () => {
    const templates = await brand('coffee-shop');
    const { kit, accountId, done } = await installation(templates);
    const before = await kit.db.read.all(`SELECT * FROM reply_rule ORDER BY id`);
    kit.clock.advance(60_000);

    const again = await importTemplates(kit, templates, { actor: owner, accountId });

    expect(done).toMatchObject({
      rules: { ...none, added: templates.rules.length },
      faqs: { ...none, added: templates.faqs.length },
      settings: { ...none, added: 2 },
      kept: [],
    });
    expect(again).toMatchObject({
      rules: { ...none, same: templates.rules.length },
      faqs: { ...none, same: templates.faqs.length },
      settings: { ...none, same: 2 },
    });
    expect(await kit.db.read.all(`SELECT * FROM reply_rule ORDER BY id`)).toEqual(before);
  });

  test('as drafts a change of the file waits beside what answers', async () => {
    const templates = await brand('coffee-shop');
    const { kit, api, accountId } = await installation(templates);
    const newer: Templates = {
      ...templates,
      rules: templates.rules.map((rule, place) => (place < 1 ? { ...rule, priority: 7 } : rule)),
      faqs: templates.faqs.map((one, place) => (place < 1 ? { ...one, answer: '新' } : one)),
    };

    const done = await importTemplates(kit, newer, { actor: owner, accountId, asDrafts: true });
    const rule = await api.call(
      'GET',
      `/api/v1/reply-rules/${await idOf(kit, templates.rules[0]!.key)}`,
    );
    const faq = await api.call('GET', `/api/v1/faqs/${templates.faqs[0]!.id}`);

    expect(done).toMatchObject({ rules: { changed: 1 }, faqs: { changed: 1 } });
    expect(rule.body).toMatchObject({ status: 'published', priority: 0, draft: { priority: 7 } });
    expect(faq.body).toMatchObject({
      ...{ status: 'published', answer: templates.faqs[0]!.answer },
      draft: { answer: '新', state: 'draft' },
    });
  });

  test('a change of the file comes in; what operators changed or deleted stays, and is told', async () => {
    const templates = await brand('coffee-shop');
    const { kit, api, accountId } = await installation(templates);
    const put = { ...templates.rules[0]!, key: undefined, name: '我们的时间', publish: true };
    const { key: edited } = templates.rules[0]!;
    const { key: removed } = templates.rules[1]!;
    const editedPath = `/api/v1/reply-rules/${await idOf(kit, edited)}`;
    kit.clock.advance(1_000);
    expect((await api.call('PUT', editedPath, { ...put, appId: 'wxA' })).status).toBe(200);
    await api.call('DELETE', `/api/v1/reply-rules/${await idOf(kit, removed)}`);
    const [faq] = templates.faqs;
    await api.call('PUT', `/api/v1/faqs/${faq!.id}`, {
      ...{ question: faq!.question, similar: faq!.similar, answer: '自己写的' },
    });
    const newer: Templates = {
      ...templates,
      rules: templates.rules.map((rule, place) => (place < 3 ? { ...rule, priority: 7 } : rule)),
      faqs: templates.faqs.map((one, place) => (place < 2 ? { ...one, answer: '新' } : one)),
    };

    const diff = await diffTemplates(kit, newer, accountId);
    const done = await importTemplates(kit, newer, { actor: owner, accountId });
    const forced = await importTemplates(kit, newer, { actor: owner, accountId, overwrite: 'all' });

    expect(diff.filter(({ state }) => state !== 'same')).toMatchObject([
      {
        ...{ kind: 'rule', key: edited, state: 'edited-here' },
        fields: [
          { field: 'name', here: '我们的时间', file: templates.rules[0]!.name },
          { field: 'priority', here: 0, file: 7 },
        ],
      },
      { kind: 'rule', key: removed, state: 'removed-here' },
      { key: templates.rules[2]!.key, state: 'changed', fields: [{ field: 'priority' }] },
      { kind: 'faq', key: faq!.id, state: 'edited-here' },
      { kind: 'faq', key: templates.faqs[1]!.id, state: 'changed' },
    ]);
    expect(done).toEqual(countChanges(diff));
    expect(done).toMatchObject({
      rules: { added: 0, changed: 1, kept: 2 },
      faqs: { changed: 1, kept: 1 },
      kept: [{ key: edited }, { key: removed }, { key: faq!.id }],
    });
    expect(forced).toMatchObject({
      rules: { added: 1, changed: 1, kept: 0 },
      faqs: { changed: 1, kept: 0 },
      kept: [],
    });
    const after = await diffTemplates(kit, newer, accountId);
    expect(after.every(({ state }) => state === 'same')).toBe(true);
  });

  test('an operator who undoes a change is not in the way any more', async () => {
    const templates = await brand('beauty');
    const { kit, api, accountId } = await installation(templates);
    const [faq] = templates.faqs;
    const path = `/api/v1/faqs/${faq!.id}`;
    const { question, similar, answer } = faq!;
    const body = { question, similar, answer };
    await api.call('PUT', path, { ...body, answer: '别的' });
    await api.call('PUT', path, body);
    const newer = { ...templates, faqs: [{ ...faq!, answer: '新的' }] };

    const done = await importTemplates(kit, newer, { actor: owner, accountId });

    expect(done.faqs).toMatchObject({ changed: 1, kept: 0 });
  });

  test.each(['beauty', 'coffee-shop', 'training-school'])(
    '%s comes out as it went in, in the same layout, and compares as the same',
    async (name) => {
      const templates = await brand(name);
      const { kit, accountId } = await installation(templates);
      const out = join(folder, 'out');

      const exported = await exportTemplates(kit, out, accountId);
      const back = await readTemplates(out);
      const diff = await diffTemplates(kit, back, accountId);

      expect((await checkTemplates(out)).problems).toEqual([]);
      expect(exported.files).toEqual(
        expect.arrayContaining(['replies.yaml', 'faqs.yaml', 'texts/welcome.liquid']),
      );
      const byKey = (one: { key: string }, other: { key: string }) =>
        one.key < other.key ? -1 : 1;
      expect([...back.rules].sort(byKey)).toEqual([...templates.rules].sort(byKey));
      expect(new Map(back.faqs.map((faq) => [faq.id, faq]))).toEqual(
        new Map(templates.faqs.map((faq) => [faq.id, faq])),
      );
      expect([back.welcome, back.default]).toEqual([templates.welcome, templates.default]);
      expect(diff.every(({ state }) => state === 'same')).toBe(true);
      await expect(exportTemplates(kit, out, accountId)).rejects.toThrow(/EEXIST/);
    },
  );

  test('every field that a file may give a rule is read back from what is here', async () => {
    const { kit, accountId } = await installation(await brand('coffee-shop'));

    const live = await kit.db.transact((tx) => readLive(tx, accountId, []));

    const [read] = live.rules.values();
    expect(Object.keys(read!.rule).sort()).toEqual(Object.keys(fileRule.shape).sort());
  });

  test('what was made in the console is exported by its id and found again by it', async () => {
    const { kit, api, accountId } = await installation(await brand('beauty'));
    const made = await api.call('POST', '/api/v1/reply-rules', {
      ...{ name: '自己的', match: 'exact', keywords: ['自己'], appId: 'wxA' },
      answer: { type: 'text', text: '一行\n两行' },
      publish: true,
    });
    const shipped = await diffTemplates(kit, await brand('beauty'), accountId);
    await exportTemplates(kit, folder, accountId);
    const file = `texts/rule-${String(made.body.id).toLowerCase()}.liquid`;
    const text = await readFile(join(folder, file), 'utf8');
    await writeFile(join(folder, file), `${text}三行\n`);

    const done = await importTemplates(kit, await readTemplates(folder), {
      ...{ actor: owner, accountId },
    });

    expect(shipped.filter(({ state }) => state !== 'same')).toMatchObject([
      { name: '自己的', state: 'only-here' },
    ]);
    expect(done.rules).toMatchObject({ added: 0, changed: 1 });
    const got = await api.call('GET', `/api/v1/reply-rules/${String(made.body.id)}`);
    expect(got.body).toMatchObject({ answer: { text: '一行\n两行\n三行' } });
  });

  test('a folder with a mistake imports nothing', async () => {
    const kit = await open();
    await writeFile(join(folder, 'a.yaml'), 'rules:\n  - key: x\n');

    await expect(readTemplates(folder)).rejects.toMatchObject({
      code: 'templates_invalid',
      params: { errors: expect.arrayContaining([expect.objectContaining({ path: 'a.yaml:2:5' })]) },
    });

    expect(await kit.db.read.all('SELECT id FROM reply_rule')).toEqual([]);
  });
});
