import { computed, ref, shallowRef } from 'vue';
import {
  listCodes,
  listCorps,
  listCustomers,
  listKf,
  listOrders,
  listReps,
  listRepsOf,
  readNotices,
} from '../client/wecom';
import type { Corp, Customer, Kf, Order, Rep, RepCode, RepLink, WeComLine } from '../wecom/view';

type Reach = <T>(work: () => Promise<T>) => Promise<T | undefined>;
const refreshMs = 150;

/** The sandbox's WeCom: its corp, its reps, whose phone is in hand, and who is whose. */
export function useWeCom(reach: Reach) {
  const corps = shallowRef<Corp[]>([]);
  const reps = shallowRef<Rep[]>([]);
  const codes = shallowRef<RepCode[]>([]);
  const kfs = shallowRef<Kf[]>([]);
  /** The rep whose phone is in hand; empty while a customer's is. */
  const repId = ref('');
  const customers = shallowRef<Customer[]>([]);
  const orders = shallowRef<Order[]>([]);
  const notices = shallowRef<WeComLine[]>([]);
  const loaded = ref(false);
  /** Counts up with every piece of news, so that open chats read again. */
  const news = ref(0);

  const corp = computed(() => corps.value[0]);
  const rep = computed(() => reps.value.find((one) => one.userId === repId.value));
  const nameOf = (userId: string) =>
    reps.value.find((one) => one.userId === userId)?.name ?? userId;

  async function refresh() {
    corps.value = (await reach(listCorps)) ?? corps.value;
    const found = corp.value;
    if (!found) return;
    await Promise.all([
      reach(async () => (reps.value = await listReps(found.corpId))),
      reach(async () => (codes.value = await listCodes(found.corpId))),
      reach(async () => (kfs.value = await listKf(found.corpId))),
      refreshRep(),
    ]);
  }

  async function refreshRep() {
    const [found, whose] = [corp.value, repId.value];
    if (!found || !whose) return;
    const read = await reach(() =>
      Promise.all([
        listCustomers(found.corpId, whose),
        listOrders(found.corpId, whose),
        readNotices(found.corpId, whose),
      ]),
    );
    if (!read || whose !== repId.value) return;
    [customers.value, orders.value, notices.value] = read;
    loaded.value = true;
  }

  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** Many pieces of news, one question. */
  function refreshSoon() {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      news.value += 1;
      void refreshRep();
    }, refreshMs);
  }

  function take(userId: string) {
    if (userId === repId.value) return;
    repId.value = userId;
    loaded.value = false;
    [customers.value, orders.value, notices.value] = [[], [], []];
    void refreshRep();
  }

  const repsOf = (personId: string): Promise<RepLink[] | undefined> => {
    const found = corp.value;
    return found ? reach(() => listRepsOf(personId, found.corpId)) : Promise.resolve([]);
  };

  return {
    ...{ corp, reps, codes, kfs, repId, rep, customers, orders, notices, loaded, news },
    ...{ nameOf, refresh, refreshSoon, take, repsOf, reach },
  };
}

export type WeCom = ReturnType<typeof useWeCom>;
