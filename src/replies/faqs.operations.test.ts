import { onBothEngines, someDay } from '../../test/support/open-kit';
import { linesOf, ndjson, openReplyApi, withAnswers } from '../../test/support/reply-api';
import { serveApi } from '../../test/support/serve-api';
import { overviewOperations } from '../console';

onBothEngines('the API of FAQs', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function world() {
    const made = await openReplyApi(await open());
    closing.push(made.close);
    return made;
  }

  test('an import is answered when it is live; a second one counts nothing; a third what changed', async () => {
    const { api, replies, accountId } = await world();
    const given = linesOf(withAnswers);

    const first = await api.call('POST', '/api/v1/faqs/import', given, ndjson);
    const answered = replies.answerMessage(
      { kind: 'text', text: '会员积分怎么用' },
      { accountId, now: someDay },
    );
    const second = await api.call('POST', '/api/v1/faqs/import', `\ufeff${given}\r\n\n`, ndjson);
    const changed = withAnswers.map((faq) =>
      faq.id === 'points' ? { ...faq, similar: ['积分'] } : faq,
    );
    const third = await api.call('POST', '/api/v1/faqs/import', linesOf(changed), ndjson);
    const { body: points } = await api.call('GET', '/api/v1/faqs/points');

    expect(first).toMatchObject({
      status: 200,
      body: { imported: withAnswers.length, updated: 0, rejected: [] },
    });
    expect(answered).toMatchObject({ by: 'faq', faqId: 'points' });
    expect(second.body).toMatchObject({ imported: 0, updated: 0, rejected: [] });
    expect(third.body).toMatchObject({ imported: 0, updated: 1, rejected: [] });
    expect(points.similar).toEqual(['积分']);
  });

  test('lines that do not fit are told with number and reason, and the others are taken', async () => {
    const { api, kit } = await world();
    const good = (id: string) =>
      JSON.stringify({ id, question: `问题 ${id}`, similar: [], answer: '答' });
    const lines = [
      good('one'),
      '{"id":"two"',
      '[1]',
      '{"id":"有空 格","question":"q","answer":"a"}',
      '{"id":"x","question":" ","answer":"a"}',
      '{"id":"x","question":"q","similar":"s","answer":"a"}',
      '{"id":"x","question":"q"}',
      `{"id":"x","question":"q","answer":"${'长'.repeat(90_000)}"}`,
      '{"id":"x","question":"a\\u0000b","answer":"a"}',
      '{"__proto__":{"id":"x","question":"q","answer":"a"}}',
      '{"id":7,"question":"数字也行","answer":"a"}',
      good('one').replace('答', '改过 {% for %}'),
      good('last'),
    ];
    const bytes = Buffer.concat([
      Buffer.from(lines.join('\n')),
      Buffer.from('\n'),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    ]);

    const { status, body } = await api.call('POST', '/api/v1/faqs/import', bytes, ndjson);

    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: 3, updated: 1, asWritten: [12] });
    expect(
      body.rejected.map((one: { line: number; code: string }) => [one.line, one.code]),
    ).toEqual([
      [2, 'not_json'],
      [3, 'not_an_object'],
      [4, 'id_invalid'],
      [5, 'question_invalid'],
      [6, 'similar_invalid'],
      [7, 'answer_invalid'],
      [8, 'line_too_long'],
      [9, 'question_invalid'],
      [10, 'id_invalid'],
      [14, 'not_utf8'],
    ]);
    expect(body.rejected[0].reason).toBe('这一行不是有效的 JSON');
    const rows = await kit.db.read.all<{ id: string; answer: string }>(
      'SELECT id, answer FROM faq ORDER BY id',
    );
    expect(rows.map(({ id }) => id)).toEqual(['7', 'last', 'one']);
  });

  test('another kind of body, one that is too large and one that breaks off change nothing', async () => {
    const { api, kit } = await world();
    const line = `${JSON.stringify({ id: 'a', question: 'q', answer: 'a' })}\n`;

    const json = await api.call('POST', '/api/v1/faqs/import', line, {
      'content-type': 'application/json',
    });
    const declared = await api
      .call('POST', '/api/v1/faqs/import', 'x'.repeat(50 * 1_024 * 1_024 + 1), ndjson)
      .catch(() => ({ status: 413 }));

    expect([json.status, declared.status]).toEqual([415, 413]);
    expect(await kit.db.read.all('SELECT id FROM faq')).toEqual([]);
  });

  test('an ignored question can be taken up again, and every number about open ones is the same', async () => {
    const { api, replies, kit, accountId } = await world();
    const overview = await serveApi(
      kit,
      overviewOperations(kit, { openQuestions: () => replies.openQuestions.count() }),
    );
    const said = async () => {
      const [list, page] = [
        await api.call('GET', '/api/v1/faqs/learning'),
        await overview.call('GET', '/api/v1/overview'),
      ];
      const todo = page.body.todo.find((one: { code: string }) => one.code === 'todo.faq_misses');
      return [list.body.items.length, list.body.total, todo?.params.n ?? 0];
    };
    for (const text of ['能带宠物进来吗', '给我讲个笑话', '有停车位吗']) {
      const answered = replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
      if (answered) replies.count(answered, someDay);
    }

    const three = await said();
    await api.call('POST', '/api/v1/faqs', {
      question: '有停车位吗',
      similar: [],
      answer: '地下一层',
    });
    const answeredByNow = await said();
    const first = await api.call('GET', '/api/v1/faqs/learning?limit=1');
    const path = `/api/v1/faqs/learning/${String(first.body.items[0].id)}`;
    await api.call('DELETE', path);
    const ignored = await said();
    const aside = await api.call('GET', '/api/v1/faqs/learning?state=ignored');
    const restored = await api.call('POST', `${path}/restore`);
    const again = await api.call('POST', `${path}/restore`);
    const back = await said();
    await overview.close();

    expect(three).toEqual([3, 3, 3]);
    expect(answeredByNow).toEqual([2, 2, 2]);
    expect(ignored).toEqual([1, 1, 1]);
    expect(aside.body).toMatchObject({ items: [{ text: first.body.items[0].text }], total: 1 });
    expect([restored.status, again.status]).toEqual([204, 404]);
    expect(back).toEqual([2, 2, 2]);
    const trail = await kit.db.read.all(
      `SELECT action FROM audit_entry WHERE targetKind = 'faq-miss' ORDER BY id`,
    );
    expect(trail).toEqual([{ action: 'faq-miss.ignored' }, { action: 'faq-miss.restored' }]);
  });

  test('a question is live when it was added, changed or deleted, and hits and misses are counted', async () => {
    const { api, replies, accountId, kit } = await world();
    await api.call('POST', '/api/v1/faqs/import', linesOf(withAnswers), ndjson);
    const ask = (text: string) => {
      const answered = replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
      if (answered) replies.count(answered, someDay);
      return answered;
    };
    for (const said of ['能带宠物进来吗', '能带宠物进来吗？', '能带宠物 进来吗', '给我讲个笑话'])
      ask(said);
    ask('会员积分怎么用');
    await replies.tally.flush();

    const learning = await api.call('GET', '/api/v1/faqs/learning?limit=1');
    const next = await api.call(
      'GET',
      `/api/v1/faqs/learning?limit=1&cursor=${String(learning.body.nextCursor)}`,
    );
    const made = await api.call('POST', '/api/v1/faqs', {
      question: '能带宠物进来吗',
      similar: ['小狗可以一起进店吗'],
      answer: '可以，请抱着',
      learnedFrom: [learning.body.items[0].id],
    });
    const answered = ask('能带宠物进来吗');
    const after = await api.call('GET', '/api/v1/faqs/learning');
    const ignored = await api.call(
      'DELETE',
      `/api/v1/faqs/learning/${String(after.body.items[0].id)}`,
    );
    const empty = await api.call('GET', '/api/v1/faqs/learning');
    const points = await api.call('GET', '/api/v1/faqs/points');
    const health = await api.call('GET', '/api/v1/faqs/health');
    const found = await api.call('GET', `/api/v1/faqs?q=${encodeURIComponent('一起进店')}`);

    expect(learning.body.items).toMatchObject([{ text: '能带宠物 进来吗', count: 3 }]);
    expect(learning.body.items[0].nearest).toMatchObject({ question: expect.any(String) });
    expect(next.body.items).toMatchObject([{ text: '给我讲个笑话', count: 1 }]);
    expect(made.status).toBe(201);
    expect(answered).toMatchObject({
      by: 'faq',
      faqId: made.body.id,
      reply: { text: '可以，请抱着' },
    });
    expect(after.body.items).toMatchObject([{ text: '给我讲个笑话' }]);
    expect([ignored.status, empty.body.items]).toEqual([204, []]);
    expect(points.body.hits30d).toBe(1);
    expect(health.body).toMatchObject({ faqs: withAnswers.length + 1, threshold: 0.5 });
    expect(found.body.items).toMatchObject([{ id: made.body.id, similar: ['小狗可以一起进店吗'] }]);
    expect((await api.call('DELETE', `/api/v1/faqs/${String(made.body.id)}`)).status).toBe(204);
    expect(ask('能带宠物进来吗')?.by).not.toBe('faq');
    const [hit] = await kit.db.read.all<{ day: string }>('SELECT day FROM reply_hit');
    expect(hit?.day).toBe('2026-11-21');
  });
});
