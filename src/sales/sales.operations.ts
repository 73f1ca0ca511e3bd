import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { mediaReference, type Attachments } from '../attachments';
import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { execute } from '../kernel/database';
import { InvalidInput, NotFound } from '../kernel/errors';
import { operation, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { webAddress } from './checked-url';
import { findMaterials, materialOf, type ShownMaterial } from './find-materials';
import { addMaterial } from './materials';
import { fileOf, isTracked, pieceOf } from './material-media';
import { materialKinds, type MaterialKind } from './material.entity';
import type { SalesScript } from './script.entity';
import { addScript, changeScript, dropScript, findScripts, scriptOf } from './scripts';

const byId = z.object({ id: z.string().max(26) });
const limit = z.coerce.number().int().min(1).max(200).default(200);
const accountId = z.string().max(26);

const ScriptWords = z.strictObject({
  title: z.string().trim().min(1).max(64),
  folder: z.string().trim().max(32).default(''),
  text: z.string().trim().min(1).max(2_000),
});
const ScriptView = z.object({
  id: z.string(),
  accountId: z.string(),
  title: z.string(),
  folder: z.string(),
  text: z.string(),
  uses: z.number(),
  lastUsedAt: z.string().nullable(),
  updatedAt: z.string(),
});

const MaterialFacts = z.strictObject({
  kind: z.enum(materialKinds),
  title: z.string().trim().min(1).max(64),
  description: z.string().trim().max(200).default(''),
  coverUrl: webAddress(500).nullable().default(null),
  /** The poster, video or file itself; the picture of every other kind. */
  media: mediaReference.nullable().default(null),
  /** Of a link, or of a file or poster that is not in the library. */
  url: webAddress(1_000).nullable().default(null),
  /** Of an article: text, headings after `# `, pictures by address on a line of their own. */
  body: z.string().trim().max(20_000).nullable().default(null),
  /** Of a mini program. */
  miniAppId: z
    .string()
    .regex(/^wx[0-9a-zA-Z]{4,30}$/)
    .nullable()
    .default(null),
  miniPage: z.string().trim().min(1).max(200).nullable().default(null),
});
type MaterialFacts = z.output<typeof MaterialFacts>;

const MaterialView = MaterialFacts.extend({
  id: z.string(),
  accountId: z.string(),
  /** Whether we hear of it when a customer opens it. */
  tracked: z.boolean(),
  sends: z.number(),
  opens: z.number(),
  readers: z.number(),
  readSeconds: z.number(),
  updatedAt: z.string(),
});

/** What each kind cannot do without; of what stands together one is enough. */
const needed: Readonly<Record<MaterialKind, readonly (readonly (keyof MaterialFacts)[])[]>> = {
  article: [['body']],
  link: [['url']],
  file: [['media', 'url']],
  poster: [['media', 'url']],
  video: [['media']],
  'mini-program': [['miniAppId'], ['miniPage'], ['media', 'coverUrl']],
};

/** Scripts and materials that all reps of a corp share, with what became of them. */
export function salesOperations(
  kit: Kit,
  { book, attachments }: { book: AccountBook; attachments: Attachments },
): Operation[] {
  const visible = (actor: Actor, only?: string): string[] =>
    book
      .all()
      .filter(({ kind, id }) => kind === 'wecom' && (only === undefined || id === only))
      .map(({ id }) => id)
      .filter((id) => actor.accountIds === 'all' || actor.accountIds.includes(id));
  const corp = (actor: Actor, id: string): string => {
    requireAccount(actor, id);
    if (book.find(id)?.kind !== 'wecom') throw new NotFound();
    return id;
  };
  const audit = (action: string, targetKind: string, targetId: string, after?: unknown) => ({
    ...{ id: kit.newId(), at: kit.clock.system(), action, targetKind, targetId, after },
  });
  const accountOfRow = async (actor: Actor, table: string, id: string): Promise<string> => {
    const [row] = await kit.db.read.all<{ accountId: string }>(
      `SELECT accountId FROM ${table} WHERE id = ?`,
      [id],
    );
    if (!row) throw new NotFound();
    return corp(actor, row.accountId);
  };
  const sharedScript = async (actor: Actor, id: string): Promise<SalesScript> => {
    const owner = { accountId: await accountOfRow(actor, 'sales_script', id), userId: null };
    return scriptOf(kit, owner, id);
  };
  const shownMaterial = async (account: string, id: string) => {
    const found = await findMaterials(kit, [account], {});
    const material = found.find((one) => one.id === id);
    if (!material) throw new NotFound();
    return presentMaterial(material);
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/scripts',
        permission: 'sales.read',
        summary: 'Shared scripts, the most used first',
        query: z.object({
          accountId: accountId.optional(),
          q: z.string().max(500).optional(),
          limit,
        }),
        response: pageOf(ScriptView),
      },
      async ({ actor, query }) => {
        const found = await Promise.all(
          visible(actor, query.accountId).map((id) =>
            findScripts(kit, { accountId: id, userId: null }, { q: query.q }),
          ),
        );
        return { items: found.flat().slice(0, query.limit).map(presentScript), nextCursor: null };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/scripts',
        permission: 'sales.edit',
        summary: 'Add a script for all reps of a corp',
        body: ScriptWords.extend({ accountId }),
        response: ScriptView,
        status: 201,
      },
      async ({ actor, body: { accountId: account, ...words } }) => {
        const owner = { accountId: corp(actor, account), userId: null };
        const id = await kit.db.transact(async (tx) => {
          const made = await addScript(kit, tx, owner, words);
          await recordChange(tx, actor, audit('script.created', 'script', made, words));
          return made;
        });
        return presentScript(await scriptOf(kit, owner, id));
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/scripts/{id}',
        permission: 'sales.edit',
        summary: 'Change a shared script',
        params: byId,
        body: ScriptWords,
        response: ScriptView,
      },
      async ({ actor, params, body }) => {
        const before = await sharedScript(actor, params.id);
        await kit.db.transact(async (tx) => {
          await changeScript(kit, tx, params.id, body);
          await recordChange(tx, actor, {
            ...audit('script.changed', 'script', params.id, body),
            before: { title: before.title, folder: before.folder, text: before.body },
          });
        });
        return presentScript(await sharedScript(actor, params.id));
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/scripts/{id}',
        permission: 'sales.edit',
        summary: 'Delete a shared script',
        params: byId,
      },
      async ({ actor, params }) => {
        const { title } = await sharedScript(actor, params.id);
        await kit.db.transact(async (tx) => {
          await dropScript(tx, params.id);
          await recordChange(tx, actor, audit('script.deleted', 'script', params.id, { title }));
        });
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/materials',
        permission: 'sales.read',
        summary: 'Materials with how often they were sent and opened, and how long they were read',
        query: z.object({
          accountId: accountId.optional(),
          kind: z.enum(materialKinds).optional(),
          q: z.string().max(500).optional(),
          limit,
        }),
        response: pageOf(MaterialView),
      },
      async ({ actor, query }) => {
        const { q, kind } = query;
        const found = await findMaterials(kit, visible(actor, query.accountId), { q, kind });
        return { items: found.slice(0, query.limit).map(presentMaterial), nextCursor: null };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/materials',
        permission: 'sales.edit',
        summary: 'Add a material for all reps of a corp',
        body: MaterialFacts.extend({ accountId }),
        response: MaterialView,
        status: 201,
      },
      async ({ actor, body: { accountId: account, ...facts } }) => {
        corp(actor, account);
        refuseIncomplete(facts);
        await attachments.check(actor, pieceOf(facts), 'media');
        const id = await kit.db.transact(async (tx) => {
          const made = await addMaterial(kit, tx, account, facts);
          await attachments.want(tx, account, filesOf(facts));
          await recordChange(tx, actor, audit('material.created', 'material', made, facts));
          return made;
        });
        kit.work.ring();
        return shownMaterial(account, id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/materials/{id}',
        permission: 'sales.edit',
        summary: 'Change a material; what was sent already shows the new one',
        params: byId,
        body: MaterialFacts,
        response: MaterialView,
      },
      async ({ actor, params, body }) => {
        const account = await accountOfRow(actor, 'sales_material', params.id);
        const before = await materialOf(kit, account, params.id);
        refuseIncomplete(body);
        await attachments.check(actor, pieceOf(body), 'media');
        const names = Object.keys(body) as (keyof MaterialFacts)[];
        await kit.db.transact(async (tx) => {
          await execute(
            tx,
            `UPDATE sales_material SET ${names.map((name) => `${name} = ?`).join(', ')}, updatedAt = ?
             WHERE id = ?`,
            [...names.map((name) => body[name]), kit.clock.business(), params.id],
          );
          await recordChange(tx, actor, {
            ...audit('material.changed', 'material', params.id, body),
            before: { kind: before.kind, title: before.title, url: before.url },
          });
          await attachments.want(tx, account, filesOf(body));
        });
        kit.work.ring();
        return shownMaterial(account, params.id);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/materials/{id}',
        permission: 'sales.edit',
        summary: 'Send a material no more; what was sent still opens',
        params: byId,
      },
      async ({ actor, params }) => {
        const account = await accountOfRow(actor, 'sales_material', params.id);
        const { title } = await materialOf(kit, account, params.id);
        await kit.db.transact(async (tx) => {
          const sql = `UPDATE sales_material SET archivedAt = ? WHERE id = ?`;
          await execute(tx, sql, [kit.clock.business(), params.id]);
          const change = audit('material.archived', 'material', params.id, { title });
          await recordChange(tx, actor, change);
        });
      },
    ),
  ];
}

function refuseIncomplete(facts: MaterialFacts): void {
  const errors = needed[facts.kind]
    .filter((names) => names.every((name) => facts[name] === null || facts[name] === ''))
    .map(([path = 'kind']) => ({ path, code: 'missing' }));
  if (errors.length > 0) throw new InvalidInput('input_invalid', { errors });
}

const filesOf = (facts: MaterialFacts) => {
  const file = fileOf(facts);
  return file ? [file] : [];
};

const iso = (at: number): string => new Date(at).toISOString();

const presentScript = (script: SalesScript) => ({
  id: script.id,
  accountId: script.accountId,
  title: script.title,
  folder: script.folder,
  text: script.body,
  uses: script.uses,
  lastUsedAt: script.lastUsedAt === null ? null : iso(script.lastUsedAt),
  updatedAt: iso(script.updatedAt),
});

const presentMaterial = (row: ShownMaterial) => ({
  ...{ id: row.id, accountId: row.accountId, kind: row.kind, title: row.title },
  ...{ description: row.description, coverUrl: row.coverUrl, media: row.media, url: row.url },
  ...{ body: row.body, tracked: isTracked(row) },
  ...{ miniAppId: row.miniAppId, miniPage: row.miniPage },
  ...{ sends: row.sends, opens: row.opens, readers: row.readers, readSeconds: row.readSeconds },
  updatedAt: iso(row.updatedAt),
});
