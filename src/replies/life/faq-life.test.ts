import { onBothEngines, someDay } from '../../../test/support/open-kit';
import { linesOf, ndjson, openReplyApi } from '../../../test/support/reply-api';
import { permissionsOf, type Role } from '../../kernel/access';
import { registerAnswerPublishing } from '..';

const faqs = '/api/v1/faqs';
const parking = { question: '有停车位吗', similar: ['停车方便吗'], answer: '地下一层' };
const answering = (answer: string) => ({ ...parking, answer });

onBothEngines('the life of a question', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function world(repliesReview: 'optional' | 'required') {
    const kit = await open();
    kit.settings = { ...kit.settings, repliesReview };
    const made = await openReplyApi(kit);
    closing.push(made.close);
    const { api, replies, accountId } = made;
    registerAnswerPublishing(kit, { book: made.book, replies });
    const heard = async (text = '有停车位吗') => {
      await replies.faqsAreLive();
      const answered = replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
      return answered?.reply?.kind === 'text' ? answered.reply.text : undefined;
    };
    const as = (name: string, role: Role) => {
      const granted = permissionsOf[role].filter(
        (one) => role === 'reviewer' || one !== 'replies.publish',
      );
      api.as({ id: `op-${name.charCodeAt(0)}`, name, permissions: new Set(granted) });
    };
    return { ...made, heard, as };
  }

  test('where nobody has to review, a change answers at once, as a version that can come back', async () => {
    const { api, heard, kit } = await world('optional');
    const made = await api.call('POST', faqs, parking);
    const path = `${faqs}/${String(made.body.id)}`;

    const changed = await api.call('PUT', path, { ...answering('门口'), version: 1 });
    const now = await heard();
    const late = await api.call('PUT', path, { ...answering('晚了'), version: 1 });
    const beside = await api.call('PUT', path, { ...answering('明天起收费'), asDraft: true });
    const still = await heard();
    const at = new Date(someDay + 3_600_000).toISOString();
    const planned = await api.call('POST', `${path}/publish`, { version: 3, at });
    kit.clock.set(someDay + 2 * 3_600_000);
    await kit.work.drain();
    const then = await heard();
    const diff = await api.call('GET', `${path}/diff?from=1&to=3`);
    const gone = await api.call('DELETE', path);
    const silent = await heard();
    const deleted = await api.call('GET', '/api/v1/reviews/deleted?kind=faq');
    const back = await api.call('POST', `${path}/restore`);
    const rolled = await api.call('POST', `${path}/rollback`, { version: 1 });
    const versions = await api.call('GET', `${path}/versions`);

    expect(made.body).toMatchObject({ version: 1, liveVersion: 1, draft: null });
    expect(changed.body).toMatchObject({ version: 2, liveVersion: 2, answer: '门口' });
    expect([now, still, then, silent]).toEqual(['门口', '门口', '明天起收费', undefined]);
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'faq_changed_meanwhile', by: 'Owner', version: 2 },
    });
    expect(beside.body).toMatchObject({ answer: '门口', draft: { answer: '明天起收费' } });
    expect(planned.body.draft).toMatchObject({ state: 'scheduled', publishAt: at });
    expect(diff.body.changes).toMatchObject([
      { field: 'answer', before: '地下一层', after: '明天起收费' },
    ]);
    expect([gone.status, back.body.status, rolled.body.answer]).toEqual([
      ...[204, 'draft', '地下一层'],
    ]);
    expect(deleted.body.items).toMatchObject([
      { id: made.body.id, title: '有停车位吗', account: null, deletedBy: 'Owner' },
    ]);
    expect((await api.call('GET', '/api/v1/reviews/deleted?kind=faq')).body.items).toEqual([]);
    expect(await heard()).toBe('地下一层');
    expect(await heard('停车方便吗')).toBe('地下一层');
    expect(
      versions.body.items.map((one: { version: number; state: string }) => [
        one.version,
        one.state,
      ]),
    ).toEqual([
      [5, 'live'],
      [4, 'draft'],
      [3, 'retired'],
      [2, 'retired'],
      [1, 'retired'],
    ]);
    const trail = await kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry ORDER BY id`,
    );
    expect(trail.map(({ action }) => action.replace('faq.', ''))).toEqual([
      ...['created', 'changed', 'draft-changed', 'scheduled', 'published'],
      ...['deleted', 'brought-back', 'rolled-back'],
    ]);
  });

  test('where review is required nothing an operator writes answers before somebody else has read it', async () => {
    const { api, heard, as, replies, accountId } = await world('required');
    const owned = await api.call('POST', faqs, parking);
    const path = `${faqs}/${String(owned.body.id)}`;
    const missed = replies.answerMessage(
      { kind: 'text', text: '能带宠物进来吗' },
      { accountId, now: someDay },
    );
    if (missed) replies.count(missed, someDay);
    await replies.tally.flush();
    const [miss] = (await api.call('GET', `${faqs}/learning`)).body.items;
    as('写', 'operator');

    const changed = await api.call('PUT', path, { ...answering('听我的'), version: 1 });
    const learned = await api.call('POST', faqs, {
      ...{ question: '能带宠物进来吗', answer: '可以', learnedFrom: [miss.id] },
    });
    const lines = linesOf([
      { id: 'wifi', question: '有无线网吗', similar: [], answer: '有' },
      { ...answering('导入的'), id: owned.body.id },
    ]);
    const imported = await api.call('POST', `${faqs}/import`, lines, ndjson);
    const again = await api.call('POST', `${faqs}/import`, lines, ndjson);
    const refused = [
      await api.call('POST', `${path}/publish`, { version: 3 }),
      await api.call('POST', `${path}/rollback`, { version: 1 }),
    ].map(({ status, body }) => `${status} ${String(body.code)}`);
    const heardBefore = [await heard(), await heard('能带宠物进来吗'), await heard('有无线网吗')];
    const { total: open, items: asked } = (await api.call('GET', `${faqs}/learning`)).body;

    const seenByWriter = await api.call('GET', '/api/v1/reviews?limit=2');

    as('审', 'reviewer');
    const older = `/api/v1/reviews?cursor=${String(seenByWriter.body.nextCursor)}`;
    const rest = await api.call('GET', older);
    const waiting = await api.call('GET', `${faqs}?state=in-review`);
    const back = await api.call('POST', `${path}/send-back`, { note: '谁说的' });
    const newPath = `${faqs}/${String(learned.body.id)}`;
    const approved = await api.call('POST', `${newPath}/publish`, { version: 1 });
    const sentBack = await api.call('GET', '/api/v1/reviews?state=sent-back');
    const own = await api.call('PUT', path, { ...answering('审核的人写的'), version: 3 });
    const ownPublish = await api.call('POST', `${path}/publish`, { version: own.body.version });

    expect(changed.body).toMatchObject({
      ...{ status: 'published', answer: '地下一层', version: 2, liveVersion: 1 },
      draft: { state: 'in-review', answer: '听我的', savedBy: { name: '写' } },
    });
    expect(learned.body).toMatchObject({ status: 'draft', draft: { state: 'in-review' } });
    expect([miss, ...asked]).toMatchObject([
      { waiting: null },
      { waiting: { faqId: learned.body.id, question: '能带宠物进来吗', state: 'in-review' } },
    ]);
    expect(imported.body).toMatchObject({ imported: 1, updated: 1, waiting: 2 });
    expect(again.body).toMatchObject({ imported: 0, updated: 0, waiting: 0 });
    expect(refused).toEqual(['403 forbidden', '403 forbidden']);
    expect(heardBefore).toEqual(['地下一层', undefined, undefined]);
    expect(open).toBe(1);
    expect(waiting.body.items).toHaveLength(3);
    const reviews = [...seenByWriter.body.items, ...rest.body.items];
    expect(seenByWriter.body.total).toBe(3);
    expect(reviews.map(({ title }: { title: string }) => title).sort()).toEqual(
      ['能带宠物进来吗', '有停车位吗', '有无线网吗'].sort(),
    );
    expect(reviews.find(({ id }: { id: unknown }) => id === owned.body.id)).toMatchObject({
      ...{ kind: 'faq', account: null, isNew: false, savedBy: { name: '写' } },
      changes: [{ field: 'answer', before: '地下一层', after: '导入的' }],
    });
    expect([seenByWriter, rest].map(({ body }) => body.items[0].mayPublish)).toEqual([false, true]);
    expect(sentBack.body.items).toMatchObject([{ note: '谁说的', id: owned.body.id }]);
    expect(back.body.draft).toMatchObject({ state: 'sent-back', note: '谁说的', answer: '导入的' });
    expect(approved.body).toMatchObject({ status: 'published', liveVersion: 1 });
    expect(await heard('能带宠物进来吗')).toBe('可以');
    expect((await api.call('GET', `${faqs}/learning`)).body.total).toBe(0);
    expect(own.body.draft).toMatchObject({ state: 'in-review', savedBy: { name: '审' } });
    expect([ownPublish.status, ownPublish.body.code]).toEqual([403, 'own_draft_needs_review']);
    const origins = await api.call('GET', `${newPath}/phrasings`);
    expect(origins.status).toBe(200);
  });

  test('an import that waits is decided at once or in part, and what failed says why', async () => {
    const { api, heard, as } = await world('required');
    as('写', 'operator');
    const line = (id: string, question: string) => ({
      id,
      question,
      similar: [],
      answer: `答${id}`,
    });
    const given = [
      line('wifi', '有无线网吗'),
      line('pets', '能带宠物进来吗'),
      line('gift', '可以包装成礼物吗'),
    ];
    await api.call('POST', `${faqs}/import`, linesOf(given), ndjson);
    const alone = await api.call('POST', faqs, parking);
    as('审', 'reviewer');
    const list = await api.call('GET', '/api/v1/reviews');
    const [batch] = list.body.batches;
    const ofBatch = await api.call('GET', `/api/v1/reviews?batch=${String(batch.id)}`);
    const decide = (items: object[], step: object) =>
      api.call('POST', '/api/v1/reviews/decide', { kind: 'faq', items, step });
    const publish = { do: 'publish' };
    as('写', 'operator');
    const forbidden = await decide([{ id: 'wifi', version: 1 }], publish);
    await api.call('PUT', `${faqs}/gift`, { ...parking, question: '能包装吗', version: 1 });
    as('审', 'reviewer');

    const done = await decide(
      [
        { id: 'wifi', version: 1 },
        { id: 'gift', version: 1 },
        { id: 'nobody', version: 1 },
      ],
      publish,
    );
    const back = await decide([{ id: 'pets', version: 1 }], { do: 'send-back', note: '先问店长' });
    const twice = await decide([{ id: 'pets', version: 1 }], { do: 'send-back', note: '又' });
    const rest = await api.call('GET', '/api/v1/reviews');
    const sentBack = await api.call('GET', `${faqs}/pets`);

    expect(list.body).toMatchObject({ total: 4, batches: [{ kind: 'faq', waiting: 3, by: '写' }] });
    expect(ofBatch.body.items.map((one: { id: string }) => one.id)).toEqual([
      ...['wifi', 'pets', 'gift'],
    ]);
    expect(ofBatch.body.items[0]).toMatchObject({ batch: batch.id, note: null, inBulk: true });
    expect(forbidden.status).toBe(403);
    expect(done.body).toMatchObject({
      done: 1,
      failed: [
        { id: 'gift', code: 'faq_changed_meanwhile' },
        { id: 'nobody', code: 'not_found' },
      ],
    });
    expect(await heard('有无线网吗')).toBe('答wifi');
    expect(back.body).toEqual({ done: 1, failed: [] });
    expect(twice.body.failed).toMatchObject([{ id: 'pets', code: 'draft_elsewhere' }]);
    expect(sentBack.body.draft).toMatchObject({ state: 'sent-back', note: '先问店长' });
    // What its author wrote again is no longer the import's.
    expect(rest.body.batches).toEqual([]);
    expect(rest.body.items.map((one: { id: string }) => one.id)).toEqual(['gift', alone.body.id]);
  });

  test('one from before versions were kept gets its first with its first change, and an accepted sentence is one', async () => {
    const { api, heard, kit } = await world('optional');
    const made = await api.call('POST', faqs, parking);
    const path = `${faqs}/${String(made.body.id)}`;
    await kit.database.writer.query(`DELETE FROM answer_version`);
    const read = await api.call('GET', path);
    await api.call('PUT', path, { ...answering('改了'), version: 0 });
    await api.call('PUT', path, { ...answering('草稿'), asDraft: true });
    await kit.database.writer.query(
      `INSERT INTO faq_candidate (id, faqId, folded, phrasing, accountId, source, times, state, firstAt, lastAt)
       VALUES ('c1', '${String(made.body.id)}', '车停哪', '车停哪', '', 'pick', 3, 'open', 1, 1)`,
    );
    const accepted = await api.call('POST', `${faqs}/candidates/c1/accept`);
    const after = await api.call('GET', path);
    const back = await api.call('POST', `${path}/rollback`, { version: 1 });

    expect(read.body).toMatchObject({ version: 0, liveVersion: null, draft: null });
    expect(accepted.status).toBe(204);
    expect(after.body).toMatchObject({
      ...{ answer: '改了', similar: ['停车方便吗', '车停哪'], version: 4, liveVersion: 4 },
      draft: { answer: '草稿', similar: ['停车方便吗', '车停哪'] },
    });
    expect(back.body).toMatchObject({ answer: '地下一层', similar: ['停车方便吗'] });
    expect(await heard()).toBe('地下一层');
  });
});
