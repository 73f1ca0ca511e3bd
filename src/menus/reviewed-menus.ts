import { text } from '../kernel/text';
import type { Reviewed } from '../review';
import { compareMenus } from './compare-menus';
import type { MenuContent } from './menu-life';

const blank = { added: [], removed: [], lines: [] };

/** Menus as the list of reviews shows them: what differs button by button. */
export const reviewedMenus: Reviewed = {
  kind: 'menu',
  idOf: (id) => id,
  titleOf: (content) => (content as MenuContent).tag ?? '',
  show: (_, content) => ({ entries: (content as MenuContent).entries }),
  changesOf: (before, after, locale) => {
    const old = (before as MenuContent | undefined)?.entries ?? [];
    return compareMenus(old, (after as MenuContent).entries).map(({ kind, where, ...change }) => ({
      ...{ ...blank, ...change, field: where, kind: 'value' as const },
      ...(kind === 'moved' ? { after: text(locale, 'menu.moved') } : {}),
    }));
  },
};
