import { z } from 'zod';
import { openKit, type TestKit } from '../../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../../test/support/serve-api';
import { Conflict } from '../errors';
import { operation } from './index';

const chinese = { 'accept-language': 'zh-CN' };
const english = { 'accept-language': 'en' };

describe('a refusal', () => {
  let kit: TestKit;
  let api: ServedApi;
  beforeAll(async () => {
    kit = await openKit();
    const row = z.strictObject({
      id: z.string().optional(),
      get rows() {
        return z.array(row).optional();
      },
      when: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('now') }),
          z.strictObject({ kind: z.literal('later'), at: z.string() }),
        ])
        .optional(),
    });
    const body = z.strictObject({
      rows: z.array(row).optional(),
      name: z.string().max(4),
      count: z.int().max(9).optional(),
      fields: z.record(z.string(), z.number()).optional(),
      long: z
        .string()
        .refine((value) => value.length < 3, { params: { code: 'text_too_long', maximum: 2 } })
        .optional(),
    });
    const query = z.object({ status: z.string().optional(), limit: z.string().optional() });
    api = await serveApi(kit, [
      operation(
        { method: 'GET', path: '/api/v1/things', permission: 'people.read', summary: '', query },
        () => Promise.resolve({}),
      ),
      operation(
        { method: 'GET', path: '/api/v1/door', permission: 'public', summary: '', query },
        () => Promise.resolve({}),
      ),
      operation(
        { method: 'POST', path: '/api/v1/things', permission: 'people.read', summary: '', body },
        ({ body: { name } }) => {
          const title = 'stolen';
          const params = { type: 'number', status: 200, title, code: 'x', requestId: 'y', more: 1 };
          throw new Conflict(name === 'free' ? 'not_found' : 'campaign_over', params);
        },
      ),
    ]);
  });
  afterAll(async () => {
    await api.close();
    await kit.close();
  });
  const send = (body: object, headers: Record<string, string> = english) =>
    api.call('POST', '/api/v1/things', body, headers);

  test('keeps its own members whatever the error knows besides', async () => {
    const { status, body } = await send({ name: 'busy' });

    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: 'urn:guanxi:campaign_over',
      title: 'This campaign is over.',
      status: 409,
      code: 'campaign_over',
      more: 1,
    });
    expect(body.requestId).not.toBe('y');
  });

  test('says nothing of what was sent: no values, and no names that are no plain words', async () => {
    const { body } = await send({ 'a secret': 1, name: 5, fields: { secretKey: 'secretValue' } });

    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.errors.map((one: { path: string; code: string }) => [one.path, one.code])).toEqual([
      ['name', 'invalid_type'],
      ['fields.0', 'invalid_type'],
      ['0', 'unrecognized_keys'],
    ]);
  });

  test('names fields that were mistyped, each where it stands, and those there are', async () => {
    const { body } = await send({
      naem: 'a',
      cuont: 1,
      name: 'a',
      rows: [{ rows: [{ di: 'a' }] }, { when: { kind: 'now', when: 1 } }],
    });
    const inChinese = (await send({ name: 'a', 'a b': 1 }, chinese)).body.errors;

    const here = 'rows, name, count, fields, long';
    const unknown = (path: string, known: string) => ({
      ...{ path, code: 'unrecognized_keys', params: { known } },
      message: `There is no such field here. There are: ${known}.`,
    });
    expect(body.errors).toEqual([
      unknown('rows.0.rows.0.di', 'id, rows, when'),
      unknown('rows.1.when.when', 'kind, at'),
      unknown('naem', here),
      unknown('cuont', here),
    ]);
    expect(inChinese[0].message).toBe(`没有这个字段。可以用的有：${here}。`);
  });

  test('names a parameter that was mistyped and those there are; a name that is no word is not repeated', async () => {
    const get = (path: string) => api.call('GET', path, undefined, english);

    const known = await get('/api/v1/things?status=draft&limit=1&cursor=x&lang=en');
    const mistyped = await get('/api/v1/things?stauts=draft');
    const strange = await get('/api/v1/things?138%200000=1');
    const sentByOthers = await get('/api/v1/door?appid=1');

    expect([known, mistyped, strange, sentByOthers].map(({ status }) => status)).toEqual([
      204, 400, 400, 204,
    ]);
    expect(mistyped.body).toMatchObject({
      ...{ code: 'parameter_unknown', parameter: 'stauts', known: 'status, limit' },
      title: 'There is no parameter “stauts” here. There are: status, limit.',
    });
    expect(JSON.stringify(strange.body)).not.toContain('138');
  });

  test('is what a name said twice meets, before anything is done', async () => {
    const headers = { ...english, 'content-type': 'application/json' };
    const body = '{"name":"free","\\u006eame":"busy"}';

    const answer = await api.call('POST', '/api/v1/things', body, headers);

    expect([answer.status, answer.body.code]).toEqual([400, 'json_name_repeated']);
    expect(answer.body.title).toBe('The request names one field twice.');
  });

  test('tells each field in the language asked for, with limits', async () => {
    const wrong = { name: 'longer', count: 99, long: 'abc' };
    const inChinese = (await send(wrong, chinese)).body.errors;
    const inEnglish = (await send(wrong, english)).body.errors;

    expect(inChinese).toEqual([
      {
        path: 'name',
        code: 'too_big',
        message: '太长，最多 4 个字符。',
        params: { maximum: 4 },
      },
      { path: 'count', code: 'too_big', message: '太大，最大 9。', params: { maximum: 9 } },
      {
        path: 'long',
        code: 'text_too_long',
        message: '太长，最多 2 字节。',
        params: { maximum: 2 },
      },
    ]);
    expect(inEnglish.map(({ message }: { message: string }) => message)).toEqual([
      'Too long: at most 4 characters.',
      'Too large: at most 9.',
      'Too long: at most 2 bytes.',
    ]);
    expect((await send({}, chinese)).body.errors[0].message).toBe('必填。');
  });

  test.each(['a\u0000', '\u0007', '\ud800', '\udc00b', '\u0085', '\r'])(
    'meets the text %j with text_invalid',
    async (name) => {
      const { status, body } = await send({ name, fields: {} });

      expect([status, body.code, body.errors[0].path]).toEqual([400, 'text_invalid', 'name']);
    },
  );

  test('does not meet line breaks, tabs and whole characters', async () => {
    for (const name of ['\r\n', '\n\t', '😀', '雨']) {
      expect((await send({ name })).body.code).toBe('campaign_over');
    }
    expect((await send({ name: 'a', fields: { 'k\u0000': 1 } })).body.code).toBe('text_invalid');
  });
});

test('two operations with one method and path are refused when they are mounted', async () => {
  const kit = await openKit();
  const named = (path: string) =>
    operation({ method: 'GET', path, permission: 'people.read', summary: '' }, () =>
      Promise.resolve(),
    );

  const served = serveApi(kit, [named('/api/v1/a/{id}/b'), named('/api/v1/a/{other}/b')]);

  await expect(served).rejects.toThrow('two operations GET /api/v1/a/{}/b');
  await kit.close();
});
