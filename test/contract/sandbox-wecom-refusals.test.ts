import { WeChatError } from '../../src/channels/wecom';
import { errcodeOf, openWeComRig, type Loose, type WeComRig } from './wecom-rig';

let rig: WeComRig;

beforeEach(async () => {
  rig = await openWeComRig();
});
afterEach(() => rig.close());

describe('refusals', () => {
  test.each([
    ['errcode:-1', 'refused', { kind: 'retry', name: 'system-busy' }],
    ['errcode:45033', 'refused', { kind: 'retry', name: 'concurrency-limit' }],
    ['errcode:45009', 'refused', { kind: 'defer', until: 'minute' }],
    ['errcode:41094', 'refused', { kind: 'defer', until: 'day' }],
    ['errcode:60020', 'refused', { kind: 'account', name: 'address-not-allowed' }],
    ['errcode:95002', 'refused', { kind: 'window' }],
    ['errcode:81013', 'refused', { kind: 'request' }],
    ['errcode:99999', 'refused', { kind: 'request', name: 'unknown-code' }],
    ['http-502-html', 'unknown', 'server-error'],
    ['half-json', 'unknown', 'unreadable'],
    ['reset-before-accept', 'unknown', 'reset'],
    ['reset-mid-reply', 'unknown', 'reset'],
  ] as const)('%s ends as %s', async (kind, ends, meaning) => {
    await rig.wecom.tokens.current(rig.agent);
    await rig.fault('wecom-message', kind, { count: 1 });

    const ended: Loose = await rig.wecom.tellStaff(rig.agent, ['sales01'], {
      ...{ kind: 'text', text: kind },
    });

    expect(ended.kind).toBe(ends);
    if (typeof meaning === 'string') expect(ended.error.reason).toBe(meaning);
    else expect(ended.error.outcome).toMatchObject(meaning);
  });

  test('a call that was accepted and lost is nowhere known to have failed', async () => {
    await rig.fault('wecom-message', 'http-502-html-accepted', { count: 1 });

    const ended = await rig.wecom.tellStaff(rig.agent, ['sales01'], { kind: 'text', text: '丢了' });

    const { items } = (await rig.api('GET', `/wecom/corps/${rig.corpId}/staff/sales01/phone`)).body;
    expect(ended.kind).toBe('unknown');
    expect(items).toMatchObject([{ text: '丢了' }]);
  });

  test.each(['steal-token', 'expire-token'])(
    '%s: fetched once more, and the call is made',
    async (how) => {
      await rig.wecom.listReps(rig.agent);
      await rig.api('POST', `/wecom/corps/${rig.corpId}/agents/${rig.agent.agentId}/${how}`);

      const answers = await Promise.all(
        Array.from({ length: 8 }, () => rig.wecom.listReps(rig.agent)),
      );

      expect(answers).toEqual(Array(8).fill(['sales01', 'sales02', 'sales03']));
      const calls = (await rig.api('GET', '/books/calls')).body.items;
      expect(calls.find((one: Loose) => one.endpoint === 'wecom-token')).toMatchObject({
        count: 2,
      });
    },
  );

  test('a wrong secret, an unknown corp, a switched-off app and a strange address stop the account', async () => {
    const agentPath = `/wecom/corps/${rig.corpId}/agents/${rig.agent.agentId}`;
    const tryWith = async (more: object) => {
      await rig.forgetTokens();
      return rig.wecom.listReps({ ...rig.agent, ...more }).then(
        () => undefined,
        (error: unknown) => (error instanceof WeChatError ? error : undefined),
      );
    };
    const secret = await tryWith({ agentId: '9', secret: 'wrong' });
    const corp = await tryWith({ agentId: '8', corpId: 'ww0000000000000000' });
    await rig.api('PATCH', agentPath, { trustedIps: ['192.0.2.1'] });
    const address = await tryWith({});
    await rig.api('PATCH', agentPath, { trustedIps: null, disabled: true });
    const disabled = await tryWith({});
    await rig.api('PATCH', agentPath, { disabled: false, contact: false });
    const forbidden = await tryWith({});

    const refusals = [secret, corp, address, disabled, forbidden];
    expect(refusals.map((error) => error?.errcode)).toEqual([40001, 40013, 60020, 50003, 48002]);
    expect(new Set(refusals.map((error) => error?.outcome.kind))).toEqual(new Set(['account']));
  });

  test('too many calls in a minute wait for the next', async () => {
    await rig.corp({ callsPerMinute: 3 });
    const calls: number[] = [];
    // On the edge of a minute the count begins anew, so it is begun at one.
    const { nowMs } = (await rig.api('GET', '/clock')).body;
    await rig.advance(60_000 - (nowMs % 60_000) + 1_000);
    for (let turn = 0; turn < 5; turn += 1)
      calls.push(await errcodeOf(rig.wecom.listReps(rig.agent)));
    await rig.advance(60_000);

    expect(calls).toEqual([0, 0, 0, 45009, 45009]);
    expect(await errcodeOf(rig.wecom.listReps(rig.agent))).toBe(0);
  });

  test('the sandbox is as strict as WeCom about types, paths and methods', async () => {
    const token = await rig.wecom.tokens.current(rig.agent);
    const call = async (path: string, body?: unknown) => {
      const answered = await fetch(
        `${rig.base}/sandbox/wecom/cgi-bin/${path}?access_token=${token}`,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      );
      return { headers: answered.headers, body: await answered.json() };
    };
    const wrongType = await call('externalcontact/groupchat/list', { limit: '10' });
    const unknown = await call('externalcontact/nothing', {});
    const byGet = await call('externalcontact/remark');

    expect(wrongType.body).toMatchObject({ errcode: 40058 });
    expect(wrongType.body.errmsg).toMatch(/^Warning: wrong json format\. /);
    expect(wrongType.body.errmsg).toMatch(
      /hint: \[\d+_\d+_\w+\], from ip: .*devtool\/query\?e=40058/,
    );
    expect(wrongType.headers.get('error-code')).toBe('40058');
    expect(unknown.body.errcode).toBe(40066);
    expect(byGet.body.errcode).toBe(43002);
  });

  test('another corp sees nothing of ours', async () => {
    const { wecom } = rig;
    const id = await rig.newFriend();
    const { body: corp } = await rig.api('POST', '/wecom/corps', { name: '别家' });
    const { body: app } = await rig.api('POST', `/wecom/corps/${corp.corpId}/agents`, {
      name: '别家应用',
    });
    const stranger = {
      ...rig.agent,
      corpId: corp.corpId,
      agentId: app.agentId,
      secret: app.secret,
      id: 'acc9',
    };

    expect(await errcodeOf(wecom.getContact(stranger, id))).toBe(40096);
    expect(await wecom.listReps(stranger)).toEqual([]);
    expect(await errcodeOf(wecom.getStaffMember(stranger, 'sales01'))).toBe(60111);
    const theirs = await rig
      .person(id, 'add-rep', { corpId: corp.corpId, userId: 'x' })
      .catch((error: unknown) => String(error));
    expect(theirs).toContain('no such member of staff');
  });
});
