import { call, query } from './call';
import type { Account, MenuButton, Poster } from '../view';

interface WireButton {
  name: string;
  type?: string;
  key?: string;
  url?: string;
  sub_button?: WireButton[] | { list?: WireButton[] };
}

function readButton(wire: WireButton): MenuButton {
  const below = Array.isArray(wire.sub_button) ? wire.sub_button : (wire.sub_button?.list ?? []);
  return {
    name: wire.name,
    kind: below.length ? 'group' : (wire.type ?? 'click'),
    key: wire.key,
    url: wire.url,
    children: below.map(readButton),
  };
}

export async function listAccounts(): Promise<Account[]> {
  const { items } = await call<{
    items: { kind: string; appId: string; name: string; originalId: string }[];
  }>('/accounts');
  const accounts = items.filter((item) => item.kind === 'official-account');
  return Promise.all(
    accounts.map(async ({ appId, name, originalId }) => {
      const menu = await call<{ button?: WireButton[] }>(`/menu${query({ appId })}`);
      return { appId, name, originalId, menu: (menu.button ?? []).map(readButton) };
    }),
  );
}

/** What this person has at the foot of the chat: followers with a tag may have a menu of their own. */
export async function readMenu(appId: string, openid: string): Promise<MenuButton[]> {
  const menu = await call<{ button?: WireButton[] }>(`/menu${query({ appId, openid })}`);
  return (menu.button ?? []).map(readButton);
}

export async function listPosters(appId: string): Promise<Poster[]> {
  const { items } = await call<{
    items: { ticket: string; scene: string; name: string | null; url: string }[];
  }>(`/posters${query({ appId, limit: 50 })}`);
  return items.map((item) => ({
    ticket: item.ticket,
    scene: item.scene,
    name: item.name ?? item.scene,
    url: item.url,
  }));
}
