import { z } from 'zod';
import { recordChange } from '../kernel/access';
import { operation, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { itemIdOf, type MediaLibrary } from '../media';
import {
  addScript,
  changeScript,
  dropScript,
  findMaterials,
  isTracked,
  findScripts,
  materialKinds,
  scriptOf,
  type SalesScript,
} from '../sales';
import { friendOf } from './friend-of';
import type { Caller, PeopleDoor, Person } from './people-door';
import { repOf } from './rep-of';
import { renderFor } from './script-variables';
import { instant, iso } from './views';

const ScriptView = z.object({
  id: z.string(),
  title: z.string(),
  folder: z.string(),
  text: z.string(),
  isOwn: z.boolean(),
  uses: z.number(),
  lastUsedAt: instant,
  rendered: z.string().nullable(),
  problem: z.string().nullable(),
});
const FoundView = ScriptView.extend({ fits: z.boolean() });

const NewScript = z.strictObject({
  title: z.string().trim().min(1).max(64),
  folder: z.string().trim().max(32).default(''),
  text: z.string().trim().min(1).max(2_000),
});

const byId = z.object({ id: z.string().max(26) });

/** Words and materials a rep may send. */
export function scriptOperations(
  kit: Kit,
  door: PeopleDoor,
  { library }: { library: MediaLibrary },
): Operation[] {
  const present = (script: SalesScript, caller: Caller, person?: Person) => {
    const rendered = person && renderFor(kit, caller, person, script.body);
    return {
      id: script.id,
      title: script.title,
      folder: script.folder,
      text: script.body,
      isOwn: script.userId !== null,
      uses: script.uses,
      lastUsedAt: iso(script.lastUsedAt),
      rendered: rendered && 'text' in rendered ? rendered.text : null,
      problem: rendered && 'problem' in rendered ? rendered.problem : null,
    };
  };
  const audit = (action: string, id: string, after?: unknown) => ({
    ...{ id: kit.newId(), at: kit.clock.system(), action, targetKind: 'script', targetId: id },
    after,
  });

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/scripts',
        permission: 'rep',
        summary: 'Shared and own scripts, best first; those that answer what the customer `asked`',
        query: z.object({
          q: z.string().max(500).optional(),
          asked: z.string().max(2_000).optional(),
          folder: z.string().max(32).optional(),
          for: z.string().max(64).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: pageOf(FoundView).extend({ folders: z.array(z.string()) }),
      },
      async ({ actor, query, locale, ctx }) => {
        const rep = repOf(actor);
        const caller = { actor, locale, ctx };
        const friend = query.for === undefined ? undefined : await friendOf(kit, actor, query.for);
        const person = friend && (await door.person(caller, friend.personId));
        const { q, asked, folder, limit } = query;
        const [found, folders] = await Promise.all([
          findScripts(kit, rep, { q, asked, folder }),
          kit.db.read.all<{ folder: string }>(
            `SELECT DISTINCT folder FROM sales_script
             WHERE accountId = ? AND (userId IS NULL OR userId = ?) AND folder <> '' ORDER BY folder`,
            [rep.accountId, rep.userId],
          ),
        ]);
        return {
          items: found
            .slice(0, limit)
            .map((script) => ({ ...present(script, caller, person), fits: script.fits })),
          folders: folders.map((row) => row.folder),
          nextCursor: null,
        };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/sidebar/scripts',
        permission: 'rep',
        summary: 'Keep a script of one’s own',
        body: NewScript,
        response: ScriptView,
        status: 201,
      },
      async ({ actor, body, locale, ctx }) => {
        const { accountId, userId } = repOf(actor);
        const owner = { accountId, userId };
        const id = await kit.db.transact(async (tx) => {
          const made = await addScript(kit, tx, owner, body);
          await recordChange(tx, actor, audit('script.created', made, body));
          return made;
        });
        return present(await scriptOf(kit, owner, id), { actor, locale, ctx });
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/sidebar/scripts/{id}',
        permission: 'rep',
        summary: 'Change a script of one’s own',
        params: byId,
        body: NewScript,
        response: ScriptView,
      },
      async ({ actor, params, body, locale, ctx }) => {
        const { accountId, userId } = repOf(actor);
        const owner = { accountId, userId };
        await scriptOf(kit, owner, params.id);
        await kit.db.transact(async (tx) => {
          await changeScript(kit, tx, params.id, body);
          await recordChange(tx, actor, audit('script.changed', params.id, body));
        });
        return present(await scriptOf(kit, owner, params.id), { actor, locale, ctx });
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/sidebar/scripts/{id}',
        permission: 'rep',
        summary: 'Delete a script of one’s own',
        params: byId,
      },
      async ({ actor, params }) => {
        const { accountId, userId } = repOf(actor);
        const { title } = await scriptOf(kit, { accountId, userId }, params.id);
        await kit.db.transact(async (tx) => {
          await dropScript(tx, params.id);
          await recordChange(tx, actor, audit('script.deleted', params.id, { title }));
        });
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/materials',
        permission: 'rep',
        summary: 'Materials, best first',
        query: z.object({
          q: z.string().max(500).optional(),
          kind: z.enum(materialKinds).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: pageOf(
          z.object({
            id: z.string(),
            kind: z.enum(materialKinds),
            title: z.string(),
            description: z.string(),
            coverUrl: z.string().nullable(),
            tracked: z.boolean(),
            sends: z.number(),
            opens: z.number(),
            yourSends: z.number(),
          }),
        ),
      },
      async ({ actor, query }) => {
        const { accountId, userId } = repOf(actor);
        const { q, kind, limit } = query;
        const found = await findMaterials(kit, [accountId], { q, kind, userId });
        return {
          items: found.slice(0, limit).map((row) => ({
            ...{ id: row.id, kind: row.kind, title: row.title, description: row.description },
            coverUrl: library.urlOf(itemIdOf(row.media ?? '') ?? '') ?? row.coverUrl,
            ...{ tracked: isTracked(row), sends: row.sends, opens: row.opens },
            yourSends: row.yourSends,
          })),
          nextCursor: null,
        };
      },
    ),
  ];
}
