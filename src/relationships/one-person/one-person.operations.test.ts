import { aFollower, anAccount } from '../../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../../test/support/open-kit';
import { serveApi } from '../../../test/support/serve-api';
import { AccountBook } from '../../accounts';
import { insertRows } from '../../kernel/database';
import { joinByUnionid, peopleOperations } from '../index';

onBothEngines('one person', (open) => {
  const world = async () => {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA' });
    const book = await AccountBook.open(kit);
    const receivedFen = (ids: string[]) => Promise.resolve(new Map(ids.map((id) => [id, 88])));
    const api = await serveApi(kit, peopleOperations(kit, { book, receivedFen }));
    return { kit, accountId, api };
  };
  const noted = (kit: TestKit, identityId: string, phone: string, heldBy: string) =>
    kit.db.transact((tx) =>
      insertRows(tx, 'identity_phone', [
        { id: kit.newId(), identityId, phone, heldBy, notedBy: heldBy, at: 1 },
      ]),
    );
  const resync = (kit: TestKit, unionid: string) =>
    kit.db.transact((tx) => joinByUnionid(kit, tx, unionid));

  test('a number checked on both joins them, says why, and stays parted once parted', async () => {
    const { kit, accountId, api } = await world();
    const one = await aFollower(kit, { accountId, name: '小雨' });
    const other = await aFollower(kit, { accountId });
    const at = (id: string) => `/api/v1/people/${id}`;

    await api.call('POST', `${at(one.personId)}/phones`, { phone: '13800138000' });
    const joined = await api.call('POST', `${at(other.personId)}/phones`, {
      phone: '+86 138 0013 8000',
    });
    const [join] = joined.body.joins;
    await api.call('POST', `${at(one.personId)}/joins/${join.id}/undo`);
    const again = await api.call('POST', `${at(other.personId)}/phones`, { phone: '13800138000' });
    const likely = await api.call('GET', `${at(one.personId)}/same-person`);

    expect([joined.status, joined.body.id, joined.body.followers.length]).toEqual([
      ...[201, one.personId, 2],
    ]);
    expect(join).toMatchObject({ reason: 'phone', text: '核对过的手机号相同' });
    expect(joined.body.phones).toMatchObject([
      { phone: '138****8000', checked: true },
      { phone: '138****8000', checked: true },
    ]);
    expect([again.body.id, again.body.followers.length]).toEqual([other.personId, 1]);
    expect(likely.body.items).toMatchObject([
      { person: { id: other.personId }, evidence: [{ code: 'phone-checked' }] },
    ]);
  });

  test('what reps noted joins nobody; the operator sees it, merges in numbers, and can part', async () => {
    const { kit, accountId, api } = await world();
    const one = await aFollower(kit, { accountId, tags: ['会员'] });
    const other = await aFollower(kit, { accountId, name: '小雪', tags: ['会员', '敏感肌'] });
    await noted(kit, one.id, '+8613800138000', 'linlan');
    await noted(kit, other.id, '+8613800138000', 'zhouning');
    const path = `/api/v1/people/${one.personId}`;
    await api.call('POST', `/api/v1/people/${other.personId}/notes`, { text: '爱喝乌龙' });

    const likely = await api.call('GET', `${path}/same-person`);
    const plan = await api.call('GET', `${path}/merge/${other.personId}`);
    const merged = await api.call('POST', `${path}/merge/${other.personId}`);
    const empty = await api.call('GET', `/api/v1/people/${other.personId}`);
    const [join] = merged.body.joins;
    const parted = await api.call('POST', `${path}/joins/${join.id}/undo`);

    expect(likely.body.items).toMatchObject([
      {
        person: { id: other.personId },
        evidence: [{ code: 'phone-noted', text: '导购备注了同一个手机号：138****8000' }],
      },
    ]);
    expect(plan.body).toMatchObject({
      ...{ identities: 1, entries: 1, newTags: 1, fields: 0, phones: 1 },
      ...{ receivedFen: 88, twoWeChats: false },
    });
    expect(merged.body).toMatchObject({ id: one.personId, name: '小雪' });
    expect(merged.body.followers).toHaveLength(2);
    expect(join).toMatchObject({ reason: 'operator', identityId: other.id });
    expect(empty.status).toBe(404);
    expect(parted.body.followers).toHaveLength(1);
  });

  test('who stands beside a joined identity comes along, and nobody is left behind', async () => {
    const { kit, accountId, api } = await world();
    const beside = await aFollower(kit, { accountId });
    const first = await aFollower(kit, { accountId, set: { unionid: 'u1' } });
    const named = await aFollower(kit, { accountId, name: '小雨', set: { unionid: 'u1' } });
    await api.call('POST', `/api/v1/people/${first.personId}/merge/${beside.personId}`);

    await resync(kit, 'u1');
    await resync(kit, 'u1');
    const { body } = await api.call('GET', `/api/v1/people/${named.personId}`);

    expect(body.followers).toHaveLength(3);
    const reasons = body.joins.map(({ reason }: { reason: string }) => reason);
    expect(reasons.sort()).toEqual(['along', 'unionid']);
  });

  test('an operator’s no binds what joins by itself, and another operator’s yes ends it', async () => {
    const { kit, accountId, api } = await world();
    const one = await aFollower(kit, { accountId, set: { unionid: 'u1' } });
    const other = await aFollower(kit, { accountId, set: { unionid: 'u1' } });
    const path = `/api/v1/people/${one.personId}`;

    const before = await api.call('GET', `${path}/same-person`);
    const no = await api.call('PUT', `${path}/not-same/${other.personId}`);
    await resync(kit, 'u1');
    const after = await api.call('GET', `${path}/same-person`);
    const yes = await api.call('POST', `${path}/merge/${other.personId}`);
    await resync(kit, 'u1');
    const last = await api.call('GET', path);

    expect(before.body.items).toHaveLength(1);
    expect([no.status, after.body.items, yes.status]).toEqual([204, [], 200]);
    expect(last.body.followers).toHaveLength(2);
  });

  test('no number, no self, nobody unknown', async () => {
    const { kit, accountId, api } = await world();
    const { personId } = await aFollower(kit, { accountId });
    const path = `/api/v1/people/${personId}`;

    const phone = await api.call('POST', `${path}/phones`, { phone: '021-61234567' });
    const self = await api.call('POST', `${path}/merge/${personId}`);
    const nobody = await api.call('POST', `${path}/merge/01NOBODY`);

    expect([phone.body.code, self.body.code, nobody.status]).toEqual([
      ...['phone_invalid', 'same_person_already', 404],
    ]);
  });
});
