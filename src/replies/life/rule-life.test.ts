import { anAccount } from '../../../test/support/an-account';
import { onBothEngines, someDay, type TestKit } from '../../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../../test/support/serve-api';
import { AccountBook } from '../../accounts';
import { permissionsOf, type Role } from '../../kernel/access';
import { openReplies, registerAnswerPublishing, replyOperations, type Replies } from '../index';

type World = { kit: TestKit; api: ServedApi; replies: Replies; accountId: string };

const opening = {
  match: 'words',
  keywords: ['几点开门'],
  priority: 0,
  appId: null,
  answer: { type: 'text', text: '十点开门' },
};
const rules = '/api/v1/reply-rules';
const saying = (text: string) => ({ ...opening, answer: { type: 'text', text } });

onBothEngines('the life of a rule', (open) => {
  let opened: { api: ServedApi; replies: Replies }[] = [];
  afterEach(async () => {
    for (const { api, replies } of opened) {
      await api.close();
      await replies.close();
    }
    opened = [];
  });

  async function world(): Promise<World> {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA', name: '山茶花', createdAt: 1 });
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    registerAnswerPublishing(kit, { book, replies });
    const api = await serveApi(kit, replyOperations(kit, { book, replies }));
    opened.push({ api, replies });
    return { kit, api, replies, accountId };
  }
  const as = (api: ServedApi, name: string, role: Role) =>
    api.as({ id: `op-${name.charCodeAt(0)}`, name, permissions: new Set(permissionsOf[role]) });
  const heard = async ({ kit, replies, accountId }: World, text = '几点开门') => {
    await kit.versions.check(true);
    const answered = replies.answerMessage(
      { kind: 'text', text },
      { accountId, now: kit.clock.business() },
    );
    return answered?.reply?.kind === 'text' ? answered.reply.text : undefined;
  };

  test('a deleted rule comes back with its history; what somebody else changed is not stopped or deleted', async () => {
    const all = await world();
    const { api } = all;
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;
    const before = made.body.version as number;
    const { body } = await api.call('PUT', path, { ...saying('九点'), publish: true });

    const stale = [
      await api.call('POST', `${path}/retire`, { version: before }),
      await api.call('DELETE', `${path}?version=${before}`),
    ];
    const still = await heard(all);
    const gone = await api.call('DELETE', `${path}?version=${body.version}`);
    const silent = await heard(all);
    const missing = await api.call('GET', path);
    const back = await api.call('POST', `${path}/restore`);
    const twice = await api.call('POST', `${path}/restore`);
    const versions = await api.call('GET', `${path}/versions`);
    const rolled = await api.call('POST', `${path}/rollback`, { version: 1 });

    expect(stale.map(({ status }) => status)).toEqual([409, 409]);
    expect([still, silent]).toEqual(['九点', undefined]);
    expect([gone, missing, twice].map(({ status }) => status)).toEqual([204, 404, 404]);
    expect(back.body).toMatchObject({
      id: made.body.id,
      status: 'draft',
      answer: { text: '九点' },
    });
    expect(versions.body.items.map(({ state }: { state: string }) => state)).toEqual([
      ...['draft', 'retired', 'retired'],
    ]);
    expect(rolled.status).toBe(200);
    expect(await heard(all)).toBe('十点开门');
  });

  test('who sees one account lets nothing of others go live, and is told nothing of them', async () => {
    const { kit, api } = await world();
    const { id: other } = await anAccount(kit, { appId: 'wxB', name: '分店', createdAt: 2 });
    await kit.versions.check(true);
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;
    await api.call('PUT', path, { ...saying('分店九点'), appId: 'wxB', publish: true, version: 1 });
    const hidden = await api.call('POST', rules, {
      ...saying('总店'),
      appId: 'wxA',
      publish: true,
    });
    const limited = (role: Role) =>
      api.as({
        ...{ id: 'op-b', name: '店长', permissions: new Set(permissionsOf[role]) },
        accountIds: [other],
      });

    limited('reviewer');
    const back = await api.call('POST', `${path}/rollback`, { version: 1 });
    const explained = await api.call('POST', '/api/v1/replies/explain', {
      ...{ text: '几点开门', appId: 'wxB' },
    });
    const checked = await api.call('POST', `${rules}/check`, {
      draft: { ...saying('都听我的'), priority: 99, appId: 'wxB' },
    });

    expect([back.status, back.body.code]).toEqual([403, 'all_accounts_needed']);
    const told = JSON.stringify([explained.body.considered, checked.body]);
    expect(told).not.toContain(String(hidden.body.id));
    expect(explained.body.considered.length).toBeGreaterThan(0);
  });

  test('a change waits beside what answers until it is published; then one click brings it back', async () => {
    const all = await world();
    const { api } = all;
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;

    const changed = await api.call('PUT', path, { ...saying('九点开门'), version: 1 });
    const meanwhile = await heard(all);
    const submitted = await api.call('POST', `${path}/submit`, { note: '换了夏令时' });
    const waiting = await api.call('GET', `${rules}?state=in-review`);
    const sentBack = await api.call('POST', `${path}/send-back`, { note: '写上打烊' });
    const again = await api.call('PUT', path, { ...saying('九点开门，八点打烊'), version: 2 });
    const published = await api.call('POST', `${path}/publish`, { version: 3 });
    const now = await heard(all);
    const diff = await api.call('GET', `${path}/diff?from=1&to=3`);
    const back = await api.call('POST', `${path}/rollback`, { version: 1 });
    const versions = await api.call('GET', `${path}/versions?limit=2`);
    const older = await api.call(
      'GET',
      `${path}/versions?limit=2&cursor=${String(versions.body.nextCursor)}`,
    );

    expect(made.body).toMatchObject({ version: 1, liveVersion: 1, draft: null });
    expect(changed.body).toMatchObject({
      status: 'published',
      answer: { text: '十点开门' },
      version: 2,
      liveVersion: 1,
      draft: { version: 2, state: 'draft', answer: { text: '九点开门' }, savedBy: { id: 'owner' } },
    });
    expect(meanwhile).toBe('十点开门');
    expect(submitted.body.draft).toMatchObject({ state: 'in-review', note: '换了夏令时' });
    expect(waiting.body.items).toMatchObject([{ id: made.body.id }]);
    expect(sentBack.body.draft).toMatchObject({ state: 'sent-back', note: '写上打烊' });
    expect(again.body.draft).toMatchObject({ version: 3, state: 'draft', note: null });
    expect(published.body).toMatchObject({ liveVersion: 3, draft: null });
    expect(now).toBe('九点开门，八点打烊');
    expect(diff.body.changes).toMatchObject([
      { field: 'answer.text', before: '十点开门', after: '九点开门，八点打烊' },
    ]);
    expect(back.body).toMatchObject({ version: 4, liveVersion: 4, answer: { text: '十点开门' } });
    expect(await heard(all)).toBe('十点开门');
    expect(
      [...versions.body.items, ...older.body.items].map(
        (one: { version: number; state: string }) => `${one.version} ${one.state}`,
      ),
    ).toEqual(['4 live', '3 retired', '2 retired', '1 retired']);
    const trail = await all.kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry ORDER BY id`,
    );
    expect(trail.map(({ action }) => action.replace('reply-rule.', ''))).toEqual([
      'created',
      'draft-changed',
      'submitted',
      'sent-back',
      'draft-changed',
      'published',
      'rolled-back',
    ]);
  });

  test('what is planned for eight goes live at eight, once, whatever happened to the process', async () => {
    const all = await world();
    const { api, kit } = all;
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;
    await api.call('PUT', path, saying('九点开门'));
    const at = '2026-11-22T00:00:00.000Z';

    const planned = await api.call('POST', `${path}/publish`, { version: 2, at });
    kit.clock.set(Date.parse(at) - 1_000);
    await kit.work.drain();
    const before = await heard(all);
    kit.clock.set(Date.parse(at));
    await Promise.all([kit.work.drain(), kit.work.drain()]);
    const after = await heard(all);
    const read = await api.call('GET', path);

    expect(planned.body.draft).toMatchObject({ state: 'scheduled', publishAt: at });
    expect(before).toBe('十点开门');
    expect(after).toBe('九点开门');
    expect(read.body).toMatchObject({ liveVersion: 2, draft: null, publishedAt: at });
    const jobs = await kit.db.read.all(`SELECT id FROM job`);
    const trail = await kit.db.read.all(
      `SELECT id FROM audit_entry WHERE action = 'reply-rule.published'`,
    );
    expect([jobs.length, trail.length]).toEqual([0, 1]);
  });

  test('a plan that is cancelled, or a draft that is changed, publishes nothing', async () => {
    const all = await world();
    const { api, kit } = all;
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;
    await api.call('PUT', path, saying('九点开门'));
    const at = new Date(someDay + 3_600_000).toISOString();

    await api.call('POST', `${path}/publish`, { version: 2, at });
    const cancelled = await api.call('POST', `${path}/unschedule`);
    await api.call('POST', `${path}/publish`, { version: 2, at });
    const changed = await api.call('PUT', path, saying('八点开门'));
    kit.clock.set(someDay + 2 * 3_600_000);
    await kit.work.drain();

    expect(cancelled.body.draft).toMatchObject({ state: 'draft', publishAt: null });
    expect(changed.body.draft).toMatchObject({ state: 'draft', version: 3, publishAt: null });
    expect(await heard(all)).toBe('十点开门');
    const tooFar = new Date(someDay + 400 * 24 * 3_600_000).toISOString();
    const far = await api.call('POST', `${path}/publish`, { version: 3, at: tooFar });
    expect([far.status, far.body.errors[0].code]).toEqual([400, 'too_far_ahead']);
  });

  test('of two who edit the second is told who was first, and nothing of either is lost', async () => {
    const all = await world();
    const { api } = all;
    as(api, '甲', 'operator');
    const made = await api.call('POST', rules, opening);
    const path = `${rules}/${String(made.body.id)}`;
    const first = await api.call('PUT', path, { ...saying('甲说'), version: 1 });
    as(api, '乙', 'operator');

    const late = await api.call('PUT', path, { ...saying('乙说'), version: 1 });
    const chosen = await api.call('PUT', path, { ...saying('乙说'), version: 2 });
    const stalePublish = await api.call('POST', `${path}/publish`, { version: 2 });
    const versions = await api.call('GET', `${path}/versions`);

    expect(first.body).toMatchObject({ version: 2, draft: { savedBy: { name: '甲' } } });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({ code: 'rule_changed_meanwhile', by: '甲', version: 2 });
    expect(late.body.at).toMatch(/^2026-11-21T06:32/);
    expect(chosen.body).toMatchObject({ version: 3, answer: { text: '乙说' } });
    expect([stalePublish.status, stalePublish.body.code]).toEqual([409, 'rule_changed_meanwhile']);
    expect(versions.body.items.map((one: { answer: { text: string } }) => one.answer.text)).toEqual(
      ['乙说', '甲说'],
    );
  });

  test('two saves at the same moment: one is taken, the other is told', async () => {
    const { api } = await world();
    const made = await api.call('POST', rules, opening);
    const path = `${rules}/${String(made.body.id)}`;

    const answers = await Promise.all(
      ['一', '二', '三'].map((text) => api.call('PUT', path, { ...saying(text), version: 1 })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await api.call('GET', path)).body.version).toBe(2);
  });

  test('where review is required an operator sends to review and nobody publishes their own but an owner', async () => {
    const { api, kit } = await world();
    kit.settings = { ...kit.settings, repliesReview: 'required' };
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    const strict = await serveApi(kit, replyOperations(kit, { book, replies }));
    opened.push({ api: strict, replies });
    const writer = new Set(permissionsOf.operator.filter((one) => one !== 'replies.publish'));
    strict.as({ id: 'writer', name: '写', permissions: writer });
    const made = await strict.call('POST', rules, opening);
    const path = `${rules}/${String(made.body.id)}`;
    const tries = [
      await strict.call('POST', rules, { ...opening, publish: true }),
      await strict.call('PUT', path, { ...opening, publish: true }),
      await strict.call('POST', `${path}/publish`, { version: 1 }),
    ];

    as(strict, '审', 'reviewer');
    const own = await strict.call('POST', rules, opening);
    const ownPublish = await strict.call('POST', `${rules}/${String(own.body.id)}/publish`, {
      version: 1,
    });
    const theirs = await strict.call('POST', `${path}/publish`, { version: 1 });
    const byOwner = await api.call('POST', rules, { ...opening, publish: true });

    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect([ownPublish.status, ownPublish.body.code]).toEqual([403, 'own_draft_needs_review']);
    expect(theirs.body).toMatchObject({ status: 'published', liveVersion: 1 });
    expect(byOwner.status).toBe(201);
  });

  test('stopping makes a draft of what was said; giving up a draft leaves what answers', async () => {
    const all = await world();
    const { api } = all;
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;

    await api.call('PUT', path, saying('九点开门'));
    const discarded = await api.call('POST', `${path}/discard-draft`);
    const twice = await api.call('POST', `${path}/discard-draft`);
    const stopped = await api.call('POST', `${path}/retire`);
    const silent = await heard(all);
    const resumed = await api.call('POST', `${path}/publish`, { version: stopped.body.version });

    expect(discarded.body).toMatchObject({ version: 2, liveVersion: 1, draft: null });
    expect([twice.status, twice.body.code]).toEqual([409, 'no_draft']);
    expect(stopped.body).toMatchObject({
      status: 'draft',
      publishedAt: null,
      liveVersion: null,
      draft: { state: 'draft', answer: { text: '十点开门' } },
    });
    expect(silent).toBeUndefined();
    expect(resumed.body).toMatchObject({ status: 'published', answer: { text: '十点开门' } });
    expect(await heard(all)).toBe('十点开门');
  });

  test('a rule from before versions were kept can be changed and brought back', async () => {
    const all = await world();
    const { api, kit } = all;
    const made = await api.call('POST', rules, { ...opening, publish: true });
    const path = `${rules}/${String(made.body.id)}`;
    await kit.database.writer.query(`DELETE FROM answer_version`);

    const read = await api.call('GET', path);
    await api.call('PUT', path, { ...saying('九点开门'), version: 0, publish: true });
    const changed = await heard(all);
    const back = await api.call('POST', `${path}/rollback`, { version: 1 });

    expect(read.body).toMatchObject({ version: 0, liveVersion: null, draft: null });
    expect(changed).toBe('九点开门');
    expect(back.body).toMatchObject({ version: 3, answer: { text: '十点开门' } });
  });

  test('a step that does not fit, or what one may not see, is refused', async () => {
    const { api } = await world();
    const made = await api.call('POST', rules, opening);
    const path = `${rules}/${String(made.body.id)}`;
    const codes = [
      await api.call('POST', `${path}/send-back`, { note: 'x' }),
      await api.call('POST', `${path}/unschedule`),
      await api.call('POST', `${path}/discard-draft`),
      await api.call('POST', `${path}/retire`),
      await api.call('POST', `${path}/rollback`, { version: 1 }),
      await api.call('POST', `${path}/rollback`, { version: 9 }),
      await api.call('GET', `${path}/diff?from=1&to=9`),
    ].map(({ status, body }) => `${status} ${String(body.code)}`);
    api.as({ accountIds: ['nobody'] });
    const everybodys = await api.call('POST', `${path}/submit`, {});

    expect(codes).toEqual([
      '409 draft_elsewhere',
      '409 draft_elsewhere',
      '409 nothing_live',
      '409 nothing_live',
      '409 version_never_live',
      '404 version_not_found',
      '404 version_not_found',
    ]);
    expect(everybodys.status).toBe(403);
  });
});
