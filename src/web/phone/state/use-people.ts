import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { listAccounts, listPosters, readMenu } from '../client/accounts';
import { listPeople, makePerson, readWallet } from '../client/people';
import type { Account, MenuButton, Person, Poster, Wallet } from '../view';

type Reach = <T>(work: () => Promise<T>) => Promise<T | undefined>;
const remembered = 'guanxi.sandbox.person';
const refreshMs = 400;
/** A phone looks for a newer menu far less often; whoever edits one wants to see it. */
const menuMs = 10_000;

/** Who lives in the sandbox, whose phone is in hand, which account's chat is open. */
export function usePeople(reach: Reach) {
  const accounts = shallowRef<Account[]>([]);
  const people = shallowRef<Person[]>([]);
  const posters = shallowRef<Poster[]>([]);
  const wallet = shallowRef<Wallet>();
  const crowd = ref(0);
  const next = ref<string | null>(null);
  const search = ref('');
  const loaded = ref(false);
  const personId = ref(localStorage.getItem(remembered) ?? '');
  const appId = ref('');

  const person = computed(() => people.value.find((one) => one.id === personId.value));
  const open = computed(
    () => accounts.value.find((one) => one.appId === appId.value) ?? accounts.value[0],
  );
  const contact = computed(() =>
    open.value ? person.value?.contacts[open.value.appId] : undefined,
  );
  const menu = shallowRef<MenuButton[]>();
  const account = computed(
    () => open.value && { ...open.value, menu: menu.value ?? open.value.menu },
  );

  async function refreshPeople() {
    // Pages that were opened stay open, as far as one question reaches.
    const limit = search.value ? 50 : Math.min(200, Math.max(50, people.value.length));
    const page = await reach(() => listPeople(search.value, { limit }));
    if (!page) return;
    const kept = people.value.find((one) => one.id === personId.value);
    const listed = page.people.some((one) => one.id === personId.value);
    // The one in hand stays in hand while the list is narrowed to others.
    people.value = kept && !listed && search.value ? [...page.people, kept] : page.people;
    next.value = page.next;
    crowd.value = page.crowd;
    loaded.value = true;
    if (!person.value && people.value[0]) choose(people.value[0].id);
  }

  async function showMore() {
    const cursor = next.value;
    if (!cursor) return;
    const page = await reach(() => listPeople(search.value, { cursor }));
    if (!page) return;
    people.value = [...people.value, ...page.people];
    next.value = page.next;
  }

  async function refreshMenu() {
    const [where, whose] = [open.value?.appId, contact.value?.openid];
    if (where === undefined || whose === undefined || document.hidden) return;
    const found = await reach(() => readMenu(where, whose));
    const isStill = open.value?.appId === where && contact.value?.openid === whose;
    // The same menu again must not close what is open.
    if (found && isStill && JSON.stringify(found) !== JSON.stringify(menu.value))
      menu.value = found;
  }
  watch(
    () => [open.value?.appId, contact.value?.openid],
    () => {
      menu.value = undefined;
      void refreshMenu();
    },
    { immediate: true },
  );
  const looks = setInterval(() => void refreshMenu(), menuMs);
  onScopeDispose(() => clearInterval(looks));

  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** Many pieces of news, one question. */
  function refreshSoon() {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      void refreshPeople();
    }, refreshMs);
  }

  async function refreshAccounts() {
    accounts.value = (await reach(listAccounts)) ?? accounts.value;
    await refreshPosters();
  }
  async function refreshPosters() {
    const where = open.value?.appId;
    if (where) posters.value = (await reach(() => listPosters(where))) ?? posters.value;
  }
  async function refreshWallet() {
    const openids = Object.values(person.value?.contacts ?? {}).map((one) => one.openid);
    wallet.value = openids.length ? await reach(() => readWallet(openids)) : undefined;
  }

  function choose(id: string) {
    personId.value = id;
    localStorage.setItem(remembered, id);
    wallet.value = undefined;
    void refreshWallet();
  }

  async function make(wanted: { name?: string; avatar?: string; unionid?: string }) {
    const made = await reach(() => makePerson(wanted));
    if (!made) return false;
    search.value = '';
    await refreshPeople();
    choose(made.personId);
    return true;
  }

  return {
    accounts,
    people,
    posters,
    wallet,
    crowd,
    next,
    search,
    loaded,
    personId,
    appId,
    person,
    account,
    contact,
    refreshPeople,
    refreshSoon,
    refreshAccounts,
    refreshPosters,
    refreshWallet,
    showMore,
    choose,
    make,
  };
}

export type People = ReturnType<typeof usePeople>;
