import { isObject, jsonObject, list, text, type Fields } from '../wire/body';
import type { World } from '../world';

export interface PersonalMenuRow {
  menuId: number;
  tagId: number;
  menu: string;
}

/** What `MenuId` says of a tap on the default menu; personal ones count from 1 and never get here. */
export const defaultMenuId = 200_000_001;

/** Newest first, as they are matched. */
export function personalMenus(world: World, appId: string): PersonalMenuRow[] {
  return world.store
    .sql<PersonalMenuRow>(
      'SELECT menuId, tagId, menu FROM personal_menu WHERE appId = ? ORDER BY menuId DESC',
    )
    .all(appId);
}

/** The tag that decides which menu a follower sees: the one they got last. */
function lastTagOf(world: World, openid: string): number | undefined {
  return world.store
    .sql<{ tagId: number }>('SELECT tagId FROM tagging WHERE openid = ? ORDER BY id DESC LIMIT 1')
    .get(openid)?.tagId;
}

/** What this follower has at the foot of the chat. */
export function menuFor(
  world: World,
  account: { appId: string; menu: string | null },
  openid: string,
): { menuId: number; menu: string | null } {
  const fallback = { menuId: defaultMenuId, menu: account.menu };
  const tagId = lastTagOf(world, openid);
  if (account.menu === null || tagId === undefined) return fallback;
  return personalMenus(world, account.appId).find((one) => one.tagId === tagId) ?? fallback;
}

/** Hosts that the pages of a menu lead to. */
export function hostsOf(menu: string): string[] {
  const top = list(jsonObject(menu), 'button').filter(isObject);
  const buttons = top.flatMap((button) => [button, ...list(button, 'sub_button').filter(isObject)]);
  return buttons.flatMap((button: Fields) => {
    const url = text(button, 'url');
    return URL.canParse(url) ? [new URL(url).hostname] : [];
  });
}
