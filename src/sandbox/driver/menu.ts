import { isObject, jsonObject, list, text, type Fields } from '../wire/body';

export interface Tapped {
  event: string;
  name: string;
  fields: Record<string, string>;
}

/** The button with this key, url or page; a key the menu does not have is tapped as a plain click. */
export function findButton(menu: string | null, key: string, menuId: number): Tapped {
  const found = buttonsOf(menu).find((button) =>
    [text(button, 'key'), text(button, 'url'), text(button, 'pagepath')].includes(key),
  );
  const type = text(found, 'type') || 'click';
  const name = text(found, 'name') || key;
  if (type === 'view') return { event: 'VIEW', name, fields: { MenuId: String(menuId) } };
  if (type === 'miniprogram')
    return { event: 'view_miniprogram', name, fields: { MenuId: String(menuId) } };
  return { event: type === 'click' ? 'CLICK' : type, name, fields: {} };
}

/** All buttons that do something, of both levels. */
export function buttonsOf(menu: string | null): Fields[] {
  const top = list(jsonObject(menu ?? '{}'), 'button').filter(isObject);
  return top.flatMap((button) => {
    const subs = list(button, 'sub_button').filter(isObject);
    return subs.length > 0 ? subs : [button];
  });
}
