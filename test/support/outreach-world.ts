import { insertRows } from '../../src/kernel/database';
import { openFriendsWorld } from './friends-world';
import type { TestKit } from './open-kit';

const minute = 60_000;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;
export type Customer = { personId: string; externalUserId: string };

/** A corp with two reps and their customers, and messages that go through the reps. */
export async function openOutreachWorld(plain: TestKit) {
  const world = await openFriendsWorld(plain);
  const { api, kit, accountId, corpId, must } = world;

  /** What is due now, and what follows from it within a minute. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 60; round += 1) {
      await kit.work.drain();
      const [left] = await kit.db.read.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM job WHERE state = 'queued' AND kind NOT LIKE 'outreach-%'
         AND dueAt < ?`,
        [kit.clock.business() + minute],
      );
      if (left?.n === 0) return;
      await world.advance(2_000);
    }
    throw new Error('work without an end');
  };
  const befriend = async (name: string, ...userIds: string[]): Promise<Customer> => {
    const made: Customer = await must('POST', '/wecom/people', { name });
    for (const userId of userIds) {
      await world.person(made.personId, 'add-rep', { userId });
      await world.advance(2_000);
    }
    return made;
  };
  const sync = async (): Promise<void> => {
    await api.post(`/api/v1/accounts/${accountId}/sync`);
    await settle();
  };
  const draft = async (body: object = {}): Promise<string> => {
    const given = { accountId, name: '春日上新', text: '新到一批山茶花，来店看看吧', ...body };
    const made = await api.post('/api/v1/outreach', given);
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    return made.body.id as string;
  };
  const act = async (id: string, verb: string, body: object = {}): Promise<Loose> =>
    api.post(`/api/v1/outreach/${id}/${verb}`, body);
  const read = async (id: string): Promise<Loose> => (await api.get(`/api/v1/outreach/${id}`)).body;

  return {
    ...world,
    ...{ settle, befriend, sync, draft, act, read },
    start: async (id: string): Promise<void> => {
      const started = await act(id, 'start');
      if (started.status !== 200) throw new Error(JSON.stringify(started.body));
      await settle();
    },
    orders: async (id: string): Promise<Loose[]> =>
      (await api.get(`/api/v1/outreach/${id}/orders`)).body.items,
    recipients: async (id: string, query = ''): Promise<Loose[]> =>
      (await api.get(`/api/v1/outreach/${id}/recipients${query}`)).body.items,
    /** In WeCom, on the phone of the rep. */
    onPhone: async (userId: string): Promise<{ msgId: string; confirmed: boolean }[]> =>
      (await must('GET', `/wecom/corps/${corpId}/staff/${userId}/orders`)).mass,
    later: async (ms: number): Promise<void> => {
      await world.advance(ms);
      await settle();
    },
    segment: async (rule: object): Promise<string> => {
      const id = kit.newId();
      const at = kit.clock.business();
      const row = { id, name: '人群', rule: JSON.stringify(rule), people: null, countedAt: null };
      await kit.db.transact((tx) =>
        insertRows(tx, 'segment', [{ ...row, version: 1, createdAt: at, updatedAt: at }]),
      );
      return id;
    },
  };
}

export type OutreachWorld = Awaited<ReturnType<typeof openOutreachWorld>>;
