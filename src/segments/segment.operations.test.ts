import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines, someDay, type TestKit } from '../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { insertRows } from '../kernel/database';
import { segmentOperations } from './index';

const dayMs = 24 * 3_600_000;
const member = { field: 'tag', op: 'has-any', value: '会员' };
const recent = { field: 'followedAt', op: 'within', value: 30 };

onBothEngines('segments', (open) => {
  let api: ServedApi | undefined;
  afterEach(() => api?.close());

  async function world(): Promise<{ kit: TestKit; api: ServedApi; first: string; second: string }> {
    const kit = await open();
    const first = await anAccount(kit, { appId: 'wxA', name: '服务号' });
    const second = await anAccount(kit, { appId: 'wxB', name: '订阅号' });
    const book = await AccountBook.open(kit);
    api = await serveApi(
      kit,
      segmentOperations(kit, { book, receivedFen: () => Promise.resolve(new Map()) }),
    );
    return { kit, api, first: first.id, second: second.id };
  }

  test('persons are counted, not identities, and the sample shows them', async () => {
    const { kit, api, first, second } = await world();
    const one = await aFollower(kit, { accountId: first, name: '小雨', tags: ['会员'] });
    await aFollower(kit, { accountId: second, personId: one.personId, tags: ['会员'] });
    await aFollower(kit, {
      accountId: first,
      tags: ['会员'],
      set: { followedAt: someDay - 31 * dayMs },
    });
    await aFollower(kit, { accountId: first });

    const { status, body } = await api.call('POST', '/api/v1/segments/preview', {
      rule: { all: [member, recent] },
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 1, steps: [] });
    expect(body['sample']).toMatchObject([
      { name: '小雨', followers: [{ appId: 'wxA' }, { appId: 'wxB' }] },
    ]);
    expect(typeof body['tookMs']).toBe('number');
  });

  test('a segment somebody still counts on is not forgotten', async () => {
    const kit = await open();
    const book = await AccountBook.open(kit);
    let n = 2;
    api = await serveApi(
      kit,
      segmentOperations(kit, { book, receivedFen: () => Promise.resolve(new Map()) }, [
        () => Promise.resolve(n),
      ]),
    );
    const made = await api.call('POST', '/api/v1/segments', { name: '会员', rule: member });
    const path = `/api/v1/segments/${String(made.body['id'])}`;

    const refused = await api.call('DELETE', path);
    n = 0;
    const done = await api.call('DELETE', path);

    expect(refused).toMatchObject({ status: 409, body: { code: 'segment_in_use' } });
    expect(done.status).toBeLessThan(300);
  });

  test('steps tell what each condition finds alone and what is left after it', async () => {
    const { kit, api, first } = await world();
    await aFollower(kit, { accountId: first, tags: ['会员'] });
    await aFollower(kit, { accountId: first, tags: ['会员'], set: { state: 'unfollowed' } });
    await aFollower(kit, { accountId: first });

    const { body } = await api.call('POST', '/api/v1/segments/preview', {
      rule: { all: [member, { not: { field: 'state', op: 'is', value: 'unfollowed' } }] },
      steps: true,
    });

    expect(body).toMatchObject({
      count: 1,
      steps: [
        { index: 0, alone: 2, left: 2 },
        { index: 1, alone: 2, left: 1 },
      ],
    });
  });

  test('a window of thirty days is thirty times 24 hours back from business time', async () => {
    const { kit, api, first } = await world();
    const inside = await aFollower(kit, { accountId: first });
    const outside = await aFollower(kit, { accountId: first });
    const wrote = (identityId: string, at: number) => ({
      id: kit.newId(),
      identityId,
      accountId: first,
      at,
      kind: 'message-in',
      params: '{}',
      refKind: null,
      refId: null,
    });
    await kit.db.transact((tx) =>
      insertRows(tx, 'timeline_entry', [
        wrote(inside.id, someDay - 30 * dayMs),
        wrote(outside.id, someDay - 30 * dayMs - 1),
      ]),
    );
    const rule = { field: 'event:message-in', op: 'at-least', value: 1, within: 30 };

    const { body } = await api.call('POST', '/api/v1/segments/preview', { rule });

    expect(body['count']).toBe(1);
    expect(body['sample'][0]).toMatchObject({ id: inside.personId });
  });

  test('an operator of one account counts and sees that account only, and no stored total', async () => {
    const { kit, api, first, second } = await world();
    await aFollower(kit, { accountId: first });
    await aFollower(kit, { accountId: second });
    const rule = { all: [] };
    const made = await api.call('POST', '/api/v1/segments', { name: '所有人', rule });
    api.as({ accountIds: [second] });

    const preview = await api.call('POST', '/api/v1/segments/preview', { rule });
    const shown = await api.call('GET', `/api/v1/segments/${String(made.body['id'])}`);
    const listed = await api.call('GET', '/api/v1/segments/fields');
    api.as({ accountIds: [] });
    const none = await api.call('POST', '/api/v1/segments/preview', { rule });

    expect(made).toMatchObject({ status: 201, body: { count: 2 } });
    expect(preview.body).toMatchObject({ count: 1, sample: [{ followers: [{ appId: 'wxB' }] }] });
    expect(shown.body['count']).toBeNull();
    const account = listed.body['items'].find((one: { field: string }) => one.field === 'account');
    expect(account.options).toEqual([{ value: 'wxB', name: '订阅号' }]);
    expect(none.body).toMatchObject({ count: 0, sample: [] });
  });

  test('create, list, change and delete leave a trail and new counts', async () => {
    const { kit, api, first } = await world();
    await aFollower(kit, { accountId: first, tags: ['会员'] });
    await aFollower(kit, { accountId: first });
    const { body: made } = await api.call('POST', '/api/v1/segments', {
      name: '会员',
      rule: member,
    });
    const path = `/api/v1/segments/${String(made['id'])}`;

    const changed = await api.call('PUT', path, { name: '非会员', rule: { not: member } });
    const page = await api.call('GET', '/api/v1/segments?limit=1');
    const gone = await api.call('DELETE', path);
    const after = await api.call('GET', path);

    expect(made).toMatchObject({ name: '会员', count: 1, rule: member });
    expect(changed.body).toMatchObject({ id: made['id'], name: '非会员', count: 1 });
    expect(page.body).toMatchObject({ items: [{ name: '非会员' }], nextCursor: null });
    expect([gone.status, after.status]).toEqual([204, 404]);
    const trail = await kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry ORDER BY id`,
    );
    expect(trail.map((one) => one.action)).toEqual([
      'segment.created',
      'segment.changed',
      'segment.deleted',
    ]);
  });

  test('every field that is offered can be asked with every operator it offers', async () => {
    const { kit, api } = await world();
    await kit.db.transact((tx) =>
      insertRows(
        tx,
        'field_definition',
        (['text', 'number', 'date', 'choice'] as const).map((type) => ({
          id: kit.newId(),
          fieldKey: `f_${type}`,
          name: type,
          type,
          options: '["金"]',
          createdAt: 1,
        })),
      ),
    );
    const { body } = await api.call('GET', '/api/v1/segments/fields', undefined, {
      'accept-language': 'en',
    });
    const example: Record<string, unknown> = {
      none: undefined,
      text: 'x',
      number: 1,
      days: 30,
      date: '2026-11-01',
      count: 1,
    };

    const any = body['items'].flatMap(
      (field: {
        field: string;
        options?: { value: string }[];
        ops: { op: string; valueType: string }[];
      }) =>
        field.ops.map(({ op, valueType }) => ({
          field: field.field,
          op,
          value: valueType === 'texts' ? (field.options?.[0]?.value ?? 'x') : example[valueType],
        })),
    );
    const preview = await api.call('POST', '/api/v1/segments/preview', { rule: { any } });

    expect(any.length).toBeGreaterThan(60);
    expect(preview.status).toBe(200);
    expect(JSON.stringify(body['items'])).not.toMatch(/segment\.(field|op|group|choice)/);
  });

  const leaf = { field: 'state', op: 'is', value: 'following' };
  const deep = (depth: number): unknown => (depth === 1 ? leaf : { not: deep(depth - 1) });
  const refused: [name: string, rule: unknown, path: string | undefined][] = [
    ['no rule', undefined, 'rule'],
    ['a list', [leaf], 'rule'],
    ['an empty node', {}, undefined],
    ['two words at once', { all: [leaf], any: [leaf] }, undefined],
    ['an unknown field', { field: 'password', op: 'is', value: 'x' }, 'rule.field'],
    ['a column in a field', { field: 'i.state', op: 'is', value: 'x' }, 'rule.field'],
    ['a prototype key', { field: '__proto__', op: 'is', value: 'x' }, 'rule.field'],
    [
      'an operator of another type',
      { all: [{ field: 'tag', op: 'within', value: 3 }] },
      'rule.all.0.op',
    ],
    ['SQL as an operator', { field: 'state', op: '= 1 OR 1', value: 'x' }, 'rule.op'],
    ['an object as value', { field: 'tag', op: 'has-any', value: { $ne: 1 } }, 'rule.value'],
    ['a value out of the choices', { field: 'state', op: 'is', value: 'x' }, 'rule.value'],
    ['a day that is not', { field: 'followedAt', op: 'before', value: '2026-02-30' }, 'rule.value'],
    ['half a day', { field: 'followedAt', op: 'within', value: 0.5 }, 'rule.value'],
    ['a huge count', { field: 'event:scanned', op: 'at-least', value: 1e9 }, 'rule.value'],
    ['a window where none is', { ...leaf, within: 3 }, 'rule.within'],
    ['a value too many', { field: 'followedAt', op: 'known', value: 1 }, 'rule.value'],
    ['an extra key', { ...leaf, sql: '1=1' }, undefined],
    ['an empty any', { any: [] }, 'rule.any'],
    ['an empty all inside', { any: [{ all: [] }] }, 'rule.any.0.all'],
    ['a NUL', { field: 'sourceScene', op: 'is', value: 'a\u0000b' }, 'rule.value'],
    ['half an emoji', { field: 'sourceScene', op: 'is', value: '\ud83e' }, 'rule.value'],
    ['a long text', { field: 'sourceScene', op: 'is', value: 'x'.repeat(256) }, 'rule.value'],
    ['two hundred and one nodes', { all: Array(200).fill(leaf) }, undefined],
    ['eleven levels', deep(11), undefined],
    ['a thousand levels', deep(1_000), undefined],
  ];
  test('what is not understood is refused with its place, and nothing is written', async () => {
    const { kit, api } = await world();

    for (const [name, rule, path] of refused) {
      const { status, body } = await api.call('POST', '/api/v1/segments', { name: 'x', rule });

      expect([name, status]).toEqual([name, 400]);
      expect(body['code']).toMatch(
        /^(segment_rule_invalid|segment_rule_too_large|input_invalid|text_invalid)$/,
      );
      if (path !== undefined) expect([name, body['errors'][0].path]).toEqual([name, path]);
    }
    expect(await kit.db.read.all('SELECT id FROM segment')).toEqual([]);
  });
});
