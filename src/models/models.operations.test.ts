import { anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../test/support/serve-api';
import * as model from '../../test/support/stand-in-model';
import { AccountBook } from '../accounts';
import { permissions } from '../kernel/access';
import { insertRows } from '../kernel/database';
import { readSettings } from '../kernel/settings';
import { openReplies, replyOperations, type Replies } from '../replies';
import { modelHelper, modelOperations, openModels, Speech } from './index';

const settings = '/api/v1/models';

onBothEngines('the settings and the log of a model', (open) => {
  let standIn: model.StandInModel;
  const closing: { api?: ServedApi; replies?: Replies } = {};
  beforeAll(async () => {
    standIn = await model.openStandInModel();
  });
  afterEach(async () => {
    await closing.api?.close();
    await closing.replies?.close();
    standIn.sent.length = 0;
  });
  afterAll(() => standIn.close());

  async function world(isNamed = true) {
    const kit = await open();
    const endpoint = { MODEL_API_BASE: standIn.url, MODEL_CHAT: 'chat-1', MODEL_API_KEY: 'k3y' };
    kit.settings = readSettings({
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', SANDBOX: 'on' },
      ...(isNamed ? endpoint : {}),
    });
    const { id } = await anAccount(kit, { appId: 'wxA' });
    const { id: otherId } = await anAccount(kit, { appId: 'wxB', createdAt: 2 });
    await kit.db.transact((tx) =>
      insertRows(tx, 'faq', [
        {
          ...{ id: 'fee', question: '运费怎么算', answer: '满 99 元包邮' },
          ...{ status: 'published', createdAt: 1, updatedAt: 1 },
        },
      ]),
    );
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    const models = await openModels(kit, replies);
    const helper = modelHelper(models, replies);
    const api = await serveApi(kit, [
      ...replyOperations(kit, { book, replies, helper }),
      ...modelOperations(kit, book, models, new Speech(kit, models)),
    ]);
    Object.assign(closing, { api, replies });
    const turnOn = (more: object = {}) =>
      api.call('PUT', `${settings}/accounts/${id}`, {
        ...{ isOn: true, style: null, dailyCalls: null, ...more },
      });
    const explain = (more: object = {}) =>
      api.call('POST', '/api/v1/replies/explain', { text: '寄过来要钱不', appId: 'wxA', ...more });
    return { kit, api, id, otherId, turnOn, explain };
  }

  test('without an endpoint there is nothing to set and nothing in the bench', async () => {
    const { api, turnOn, explain } = await world(false);

    expect((await api.call('GET', settings)).body).toEqual({
      ...{ endpoint: null, speech: null, accounts: [] },
      logDays: 30,
    });
    expect((await turnOn()).status).toBe(404);
    expect((await explain({ askModel: true })).body).toMatchObject({ model: null });
  });

  test('an account is switched on, which the audit log keeps, and the key is nowhere', async () => {
    const { kit, api, id, turnOn } = await world();
    const before = await api.call('GET', settings);
    const changed = await turnOn({ style: 'write', dailyCalls: 50 });
    const after = await api.call('GET', settings);
    const audit = await kit.db.read.all(`SELECT action, targetId, valueAfter FROM audit_entry`);

    expect(before.body.accounts).toHaveLength(2);
    expect(before.body.endpoint).toMatchObject({
      ...{ chat: 'chat-1', embedding: null, style: 'choose', breaker: { state: 'closed' } },
      ...{ vectors: null, today: { calls: 0, tokens: 0 } },
    });
    expect(changed.body).toMatchObject({ id, isOn: true, style: 'write', dailyCalls: 50 });
    expect(after.body.accounts[0]).toEqual(changed.body);
    expect(audit).toEqual([
      {
        ...{ action: 'account.model-changed', targetId: id },
        valueAfter: '{"isOn":true,"style":"write","dailyCalls":50}',
      },
    ]);
    expect(JSON.stringify([after.body, audit])).not.toContain('k3y');
  });

  test('the bench shows the sources, and asks only when told to by somebody who may edit', async () => {
    const { api, turnOn, explain } = await world();
    const off = await explain();
    await turnOn();
    standIn.behave(model.picks('运费'));
    const shown = await explain();
    const unasked = standIn.sent.length;
    const asked = await explain({ askModel: true });
    api.as({ permissions: new Set(['replies.read']) });
    const refused = await explain({ askModel: true });

    expect(off.body.model).toBeNull();
    expect(shown.body).toMatchObject({ band: 'none' });
    expect(shown.body.model).toEqual({
      ...{ wouldAsk: true, style: 'choose', asked: null },
      sources: [{ id: 'fee', question: '运费怎么算' }],
    });
    expect(unasked).toBe(0);
    expect(asked.body.model.asked).toMatchObject({
      ...{ verdict: 'chosen', faqId: 'fee', text: '满 99 元包邮' },
    });
    expect(refused.status).toBe(403);
    expect(standIn.sent).toHaveLength(1);
  });

  test('the log is paged, read whole one by one, and kept from who may not see the account', async () => {
    const { api, id, otherId, turnOn, explain } = await world();
    await turnOn();
    for (const say of [model.picks('运费'), model.refuses, model.says('<b>hi</b>')]) {
      standIn.behave(say);
      await explain({ askModel: true });
    }
    const first = await api.call('GET', '/api/v1/model-calls?limit=2');
    const cursor = String(first.body.nextCursor);
    const second = await api.call('GET', `/api/v1/model-calls?limit=2&cursor=${cursor}`);
    const useless = await api.call('GET', '/api/v1/model-calls?result=unusable');
    const vectors = await api.call('GET', '/api/v1/model-calls?result=vectors');
    const oneId = String(useless.body.items[0].id);
    const whole = await api.call('GET', `/api/v1/model-calls/${oneId}`);
    api.as({ accountIds: [otherId] });
    const others = await api.call('GET', '/api/v1/model-calls');
    const other = await api.call('GET', `/api/v1/model-calls?accountId=${id}`);
    const hidden = await api.call('GET', `/api/v1/model-calls/${oneId}`);
    api.as({ permissions: new Set(permissions.filter((one) => one !== 'accounts.edit')) });
    const forbidden = await api.call('GET', '/api/v1/model-calls');

    expect(first.body.items.map((one: { verdict: string }) => one.verdict)).toEqual([
      'not-json',
      'refused',
    ]);
    expect(second.body.items).toMatchObject([
      { verdict: 'chosen', question: '寄过来要钱不', faq: { id: 'fee', question: '运费怎么算' } },
    ]);
    expect(second.body.nextCursor).toBeNull();
    expect([useless.body.items.length, vectors.body.items.length]).toEqual([1, 0]);
    expect(whole.body).toMatchObject({
      ...{ answer: '<b>hi</b>', sources: [{ id: 'fee', question: '运费怎么算' }] },
      ...{ promptTokens: 120, answerTokens: 9, accountId: id, purpose: 'try' },
    });
    expect([others.body.items, other.body.items, hidden.status]).toEqual([[], [], 404]);
    expect(forbidden.status).toBe(403);
  });
});
