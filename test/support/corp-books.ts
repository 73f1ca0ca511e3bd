import { eventually, type JsonClient } from './json-client';

type Customer = { externalUserId: string; personId: string; name: string; status: string };
type Line = { at: string; direction: string; via: string; kind: string; text: string };
type Orders = {
  mass: { msgId: string; confirmed: boolean }[];
  moments: { momentId: string; confirmed: boolean }[];
};

/** The sandbox's own truth about one corp: who is whose, what was said, and what the app told whom. */
export function corpBooks(sandbox: JsonClient, corpId: string) {
  const list = async <Item>(path: string) =>
    (await sandbox<{ items: Item[] }>('GET', `/wecom/${path}`)).items;
  const staff = (userId: string) => `corps/${corpId}/staff/${userId}`;
  return {
    codes: () => list<{ state: string }>(`corps/${corpId}/codes`),
    customersOf: (userId: string) => list<Customer>(`${staff(userId)}/customers`),
    /** What reps have to confirm by hand. */
    ordersOf: (userId: string) => sandbox<Orders>('GET', `/wecom/${staff(userId)}/orders`),
    linesBetween: (personId: string, userId: string) =>
      list<Line>(`people/${personId}/phone?userId=${userId}`),

    /** What a new friend was greeted with, and how long after the callback that told of them was written. */
    async greetingsOf(externalUserId: string) {
      const whose = `corpId=${corpId}&externalUserId=${externalUserId}`;
      const kind = encodeURIComponent('change_external_contact/add_external_contact');
      const [callback] = (await list<Line>(`events?${whose}&kind=${kind}`)).slice(-1);
      const greetings = await list<Line>(`books/messages?${whose}&via=welcome`);
      return greetings.map(({ text, at }) => ({
        text,
        afterMs: Date.parse(at) - Date.parse(callback?.at ?? ''),
      }));
    },

    isTold: (userId: string, said: string) =>
      eventually(
        `${userId} is told: ${said}`,
        async () => {
          const to = `corpId=${corpId}&userId=${userId}&via=app&limit=1000`;
          return (await list<Line>(`books/messages?${to}`)).some(({ text }) => text.includes(said));
        },
        30_000,
      ),
  };
}

export type CorpBooks = ReturnType<typeof corpBooks>;
