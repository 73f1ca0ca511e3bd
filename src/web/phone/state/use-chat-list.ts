import { computed, shallowRef } from 'vue';
import { readPhone } from '../client/phone';
import { peekAtPair } from '../client/wecom';
import type { Account, PhoneMessage } from '../view';
import type { FriendState, RepLink, WeComLine } from '../wecom/view';
import type { People } from './use-people';
import type { WeCom } from './use-wecom';

interface End<Line> {
  last: Line | undefined;
  unread: number;
}
/** One row of a person's list of chats. */
export type ListedChat =
  | ({ kind: 'account'; id: string; account: Account } & End<PhoneMessage>)
  | ({ kind: 'rep'; id: string; name: string; corp: string; status: FriendState } & End<WeComLine>);

const nothing = { last: undefined, unread: 0 };

/** The person's chats, whoever wrote last first; what each ends with is there once it was read. */
export function useChatList(people: People, wecom: WeCom) {
  const ends = shallowRef<Record<string, End<PhoneMessage>>>({});
  const friends = shallowRef<(RepLink & End<WeComLine>)[]>([]);

  const chats = computed(() => {
    const ofAccounts = people.accounts.value.map((account): ListedChat => ({
      ...{ kind: 'account', id: account.appId, account },
      ...(ends.value[account.appId] ?? nothing),
    }));
    const ofReps = friends.value.map(({ userId, status, last, unread }): ListedChat => ({
      ...{ kind: 'rep', id: userId, name: wecom.nameOf(userId), status, last, unread },
      corp: wecom.corp.value?.name ?? '',
    }));
    const at = ({ last }: ListedChat) => last?.at ?? 0;
    return [...ofAccounts, ...ofReps].sort((one, other) => at(other) - at(one));
  });

  function clear() {
    ends.value = {};
    friends.value = [];
  }

  async function refresh() {
    const whose = people.person.value;
    if (!whose) return clear();
    const [accounts, reps] = await Promise.all([
      Promise.all(
        people.accounts.value.map(async ({ appId }) => {
          const openid = whose.contacts[appId]?.openid;
          const asked = { limit: 1, peek: true };
          const page = openid && (await readPhone(openid, appId, asked).catch(() => undefined));
          return [appId, page ? { last: page.messages[0], unread: page.unread } : nothing] as const;
        }),
      ),
      friendsOf(whose.id),
    ]);
    if (whose.id !== people.person.value?.id) return;
    ends.value = Object.fromEntries(accounts);
    friends.value = reps;
  }

  async function friendsOf(personId: string) {
    const links = (await wecom.repsOf(personId)) ?? [];
    const known = links.filter(({ status }) => status !== 'ended');
    return Promise.all(
      known.map(async (link) => ({
        ...link,
        ...(await peekAtPair(personId, link.userId).catch(() => nothing)),
      })),
    );
  }

  return { chats, refresh, clear };
}
