import { z } from 'zod';
import type { AccountBook } from '../accounts';
import {
  WeChatError,
  WeChatUnclear,
  type OfficialAccountClient,
} from '../channels/official-account';
import { requireAccount, type Actor } from '../kernel/access';
import { AppError, Conflict, InvalidInput, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { draftOf, menuOf } from './check-menu';
import { compareMenus } from './compare-menus';
import { lifeOperations } from '../review';
import { findMenu, menuLife, type MenuThing } from './menu-life';
import { draftSchema, LiveView, MenuView, VersionView } from './menu.schema';
import { iso, presentMenus, type RulesNaming } from './present-menus';
import { addMenu, publishMenu, restoreVersion, saveDraft, withdrawMenu } from './save-menu';
import {
  entriesIn,
  entriesOf,
  menuById,
  menusOf,
  type MenuRow,
  type VersionRow,
} from './stored-menu';

const path = '/api/v1/menus';
const one = `${path}/{id}`;
const params = z.object({ id: z.string().max(26) });
const accountId = z.string().max(26);
const revision = z.int().min(1);

export type MenuParts = {
  book: AccountBook;
  client: OfficialAccountClient;
  rulesNaming: RulesNaming;
};

/** The menu at the foot of the chat: drafts, what was published when, and what WeChat really shows. */
export function menuOperations(kit: Kit, { book, client, rulesNaming }: MenuParts): Operation[] {
  const find = async (actor: Actor, id: string): Promise<MenuThing> => {
    const menu = await findMenu(kit, id);
    if (!menu) throw new NotFound();
    requireAccount(actor, menu.accountId);
    return menu;
  };
  const shown = async (id: string, locale: Locale) => {
    const menu = await menuById(kit.db.read, id);
    const [view] = menu ? await presentMenus(kit, [menu], rulesNaming, locale) : [];
    if (!view) throw new NotFound();
    return view;
  };
  const requireOurs = (actor: Actor, id: string): void => {
    requireAccount(actor, id);
    book.channelOrThrow(id);
  };

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary: 'Menus of an account: the default one first, then those for tags',
        query: z.object({ accountId }),
        response: pageOf(MenuView),
      },
      async ({ actor, query, locale }) => {
        requireOurs(actor, query.accountId);
        const rows = await menusOf(kit.db.read, query.accountId);
        const here = rows.filter(({ removedAt }) => removedAt === null);
        return { items: await presentMenus(kit, here, rulesNaming, locale), nextCursor: null };
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'replies.edit',
        summary: 'Begin a menu: the default one, or one for followers with a tag',
        body: z.strictObject({ accountId, tagId: z.string().max(26).nullable().default(null) }),
        response: MenuView,
        status: 201,
      },
      async ({ actor, body, locale }) => {
        requireOurs(actor, body.accountId);
        if (body.tagId !== null) await checkTag(kit, body.tagId);
        const id = await addMenu(kit, actor, body.accountId, body.tagId ?? '');
        return shown(id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/match`,
        permission: 'replies.read',
        summary: 'What one follower sees, as WeChat decides it',
        body: z.strictObject({ accountId, personId: z.string().max(26) }),
        response: z.object({ entries: draftSchema }),
      },
      async ({ actor, body }) => {
        requireOurs(actor, body.accountId);
        const [follower] = await kit.db.read.all<{ externalId: string }>(
          `SELECT externalId FROM identity
           WHERE personId = ? AND accountId = ? AND kind = 'follower' AND state = 'following' LIMIT 1`,
          [body.personId, body.accountId],
        );
        if (!follower) throw new Conflict('not_a_follower');
        const account = book.channelOrThrow(body.accountId);
        const menu = await asked(() => client.matchMenu(account, follower.externalId));
        return { entries: draftOf(menu) };
      },
    ),
    operation(
      {
        method: 'GET',
        path: one,
        permission: 'replies.read',
        summary: 'One menu',
        params,
        response: MenuView,
      },
      async ({ actor, params: { id }, locale }) => shown((await find(actor, id)).id, locale),
    ),
    operation(
      {
        method: 'PUT',
        path: one,
        permission: 'replies.edit',
        summary: 'Keep the draft; refused when somebody else saved since `revision`',
        params,
        body: z.strictObject({ draft: draftSchema, revision }),
        response: MenuView,
      },
      async ({ actor, params: { id }, body, locale }) => {
        await saveDraft(kit, actor, await find(actor, id), body.draft, body.revision);
        return shown(id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/publish`,
        permission: 'replies.edit',
        summary:
          'Show the draft to followers, phones take it over within five minutes; where a review is required it waits for one',
        params,
        body: z.strictObject({ revision }),
        response: MenuView,
      },
      async ({ actor, params: { id }, body, locale }) => {
        await publishMenu(kit, actor, await find(actor, id), body.revision);
        return shown(id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/withdraw`,
        permission: 'replies.edit',
        summary: 'Take it away from followers; with the default menu go all of the account',
        params,
      },
      async ({ actor, params: { id } }) => withdrawMenu(kit, actor, await find(actor, id)),
    ),
    operation(
      {
        method: 'GET',
        path: `${one}/versions`,
        permission: 'replies.read',
        summary: 'What was published, newest first, and what changed each time',
        params,
        query: pageQuery,
        response: pageOf(VersionView),
      },
      async ({ actor, params: { id }, query }) => {
        const menu = await find(actor, id);
        const [before = 1e9] = query.cursor ? decodeCursor(query.cursor, ['number']) : [];
        const rows = await kit.db.read.all<VersionRow>(
          `SELECT * FROM menu_version WHERE menuId = ? AND number < ?
           ORDER BY number DESC LIMIT ${query.limit + 1}`,
          [id, before],
        );
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.number],
          (row) => row,
        );
        const items = page.items.map((row, place) => {
          const older = rows[place + 1];
          const entries = entriesIn(row.entries);
          return {
            ...{ id: row.id, number: row.number, at: iso(row.at), by: row.byName },
            ...{ note: row.note, isLive: row.id === menu.liveVersionId, entries },
            changes: compareMenus(older ? entriesIn(older.entries) : [], entries),
          };
        });
        return { ...page, items };
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/restore`,
        permission: 'replies.edit',
        summary: 'Bring an earlier version back as the draft',
        params,
        body: z.strictObject({ versionId: z.string().max(26), revision }),
        response: MenuView,
      },
      async ({ actor, params: { id }, body, locale }) => {
        const menu = await find(actor, id);
        await restoreVersion(kit, actor, menu, body.versionId, body.revision);
        return shown(id, locale);
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${one}/live`,
        permission: 'replies.read',
        summary: 'What WeChat shows now, beside what we published last',
        params,
        response: LiveView,
      },
      async ({ actor, params: { id } }) => {
        const menu = await find(actor, id);
        const entries = await liveEntries(menu);
        const known = await entriesOf(kit.db.read, [menu.liveVersionId]);
        const ours = known.get(menu.liveVersionId ?? '');
        const changes = compareMenus(ours ? draftOf(menuOf(ours)) : [], entries);
        const isSettled = menu.wantedVersionId === menu.liveVersionId;
        return { entries, differs: isSettled && changes.length > 0, changes };
      },
    ),
    ...lifeOperations(kit, {
      life: menuLife(kit),
      named: { path: `${one}/review`, one: 'a menu' },
      find,
      // Whoever finds the account may change its menus.
      requireChange: () => undefined,
      view: MenuView,
      show: (_, { id }, locale) => {
        kit.work.ring();
        return shown(id, locale);
      },
      contentFields: { entries: draftSchema },
      showContent: (_, { entries }) => ({ entries }),
    }),
    operation(
      {
        method: 'POST',
        path: `${one}/take-live`,
        permission: 'replies.edit',
        summary: 'Take what WeChat shows as the draft',
        params,
        body: z.strictObject({ revision }),
        response: MenuView,
      },
      async ({ actor, params: { id }, body, locale }) => {
        const menu = await find(actor, id);
        await saveDraft(kit, actor, menu, await liveEntries(menu), body.revision);
        return shown(id, locale);
      },
    ),
  ];

  async function liveEntries(menu: MenuRow) {
    const account = book.channelOrThrow(menu.accountId);
    const all = await asked(() => client.getMenus(account));
    if (menu.tagKey === '') return draftOf(all.entries);
    const own = all.personal.find(({ tagId }) => tagId === String(menu.platformTagId));
    return draftOf(own?.entries ?? []);
  }
}

async function checkTag(kit: Kit, tagId: string): Promise<void> {
  const [tag] = await kit.db.read.all<{ name: string }>(`SELECT name FROM tag WHERE id = ?`, [
    tagId,
  ]);
  const refuse = (code: string) => {
    throw new InvalidInput('input_invalid', { errors: [{ path: 'tagId', code }] });
  };
  if (!tag) return refuse('tag_missing');
  // WeChat's own limit of a tag's name.
  if (Buffer.byteLength(tag.name) > 30) refuse('tag_name_too_long');
}

/** WeChat is asked while somebody waits: what it says instead of an answer is told, not hidden. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WeChatError) {
      throw new AppError(502, 'wechat_refused', { errcode: error.errcode, errmsg: error.errmsg });
    }
    if (error instanceof WeChatUnclear) throw new AppError(502, 'wechat_unreachable');
    throw error;
  }
}
