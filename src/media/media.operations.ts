import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { recordChange, requireAccount, requireAllAccounts, type Actor } from '../kernel/access';
import { execute, insertRows, marksFor, type Scalar, type Tx } from '../kernel/database';
import { Conflict, InvalidInput, NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  readBody,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { enqueueUploads } from './enqueue-uploads';
import { MEDIA_KINDS, type ArticleCard } from './media-item.entity';
import type { MediaLibrary } from './media-library';
import { cardBody, mediaName, MediaView, type MediaUse, type UsesOf } from './media.schema';
import { cardOf, presentMedia, seesAccount, type MediaRow } from './present-media';
import { serveMedia } from './serve-media';
import { takeUpload } from './take-upload';

const path = '/api/v1/media';
const one = `${path}/{id}`;
const params = z.object({ id: z.string().max(26) });
const appId = z.string().max(64).nullable();
/** The largest file there is, and a little more, so that the refusal can say what is allowed. */
const mostBytes = 21 * 1_048_576;

export type MediaParts = {
  book: AccountBook;
  library: MediaLibrary;
  /** Answers of the bot that name a piece. */
  usesOf: UsesOf;
  /** Whatever else does, by piece. */
  attached: (tx: Tx) => Promise<ReadonlyMap<string, readonly MediaUse[]>>;
};

/** Pictures, voices, films and article cards that answers are made of. */
export function mediaOperations(kit: Kit, parts: MediaParts): Operation[] {
  const { book, library } = parts;
  const find = async (actor: Actor, id: string): Promise<MediaRow> => {
    const [row] = await kit.db.read.all<MediaRow>(
      `SELECT * FROM media_item WHERE id = ? AND state = 'ready'`,
      [id],
    );
    if (!row || (row.scope !== 'all' && !seesAccount(actor, row.scope))) throw new NotFound();
    return row;
  };
  const requireChange = (actor: Actor, row: MediaRow): void => {
    if (row.scope === 'all') requireAllAccounts(actor);
  };
  const scopeOf = (actor: Actor, wanted: string | null): string => {
    if (wanted === null) {
      requireAllAccounts(actor);
      return 'all';
    }
    const account = book.findByPlatformId('official-account', wanted);
    if (account && seesAccount(actor, account.id)) return account.id;
    throw new InvalidInput('input_invalid', {
      errors: [{ path: 'appId', code: 'account_unknown' }],
    });
  };
  const allUses = async (tx: Tx): Promise<UsesOf> => {
    const attached = await parts.attached(tx);
    return (id) => [
      ...[...parts.usesOf(id), ...library.cardsWith(id)],
      ...(attached.get(id) ?? []),
    ];
  };
  const shown = async (actor: Actor, id: string) => {
    const row = await find(actor, id);
    const [view] = await presentMedia(kit, book, actor, [row], await kit.db.transact(allUses));
    return view;
  };
  const audit = (tx: Tx, actor: Actor, action: string, id: string, facts: object) =>
    recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: `media.${action}` },
      ...{ targetKind: 'media', targetId: id, ...facts },
    });
  const checkPicture = async (actor: Actor, card: ArticleCard): Promise<void> => {
    if (card.pictureId === null) return;
    const picture = await find(actor, card.pictureId).catch(() => undefined);
    if (picture?.kind === 'image') return;
    throw new InvalidInput('input_invalid', {
      errors: [{ path: 'pictureId', code: 'media_missing' }],
    });
  };

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary: 'The media library, newest first',
        query: pageQuery.extend({
          kind: z.enum(MEDIA_KINDS).optional(),
          search: z.string().trim().max(64).optional(),
          accountId: z.string().max(26).optional().describe('Only what this account may use'),
        }),
        response: pageOf(MediaView),
      },
      async ({ actor, query }) => {
        const [before = '~'] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const parts = [`state = 'ready'`, 'id < ?'];
        const values: Scalar[] = [before];
        if (query.accountId !== undefined) requireAccount(actor, query.accountId);
        const seen = query.accountId === undefined ? actor.accountIds : [query.accountId];
        if (seen !== 'all') {
          const scopes = ['all', ...seen];
          parts.push(`scope IN (${marksFor(scopes)})`);
          values.push(...scopes);
        }
        if (query.kind) {
          parts.push('kind = ?');
          values.push(query.kind);
        }
        if (query.search) {
          parts.push(`name LIKE ? ESCAPE '!'`);
          values.push(`%${query.search.replace(/[!%_]/g, '!$&')}%`);
        }
        const rows = await kit.db.read.all<MediaRow>(
          `SELECT * FROM media_item WHERE ${parts.join(' AND ')} ORDER BY id DESC LIMIT ${query.limit + 1}`,
          values,
        );
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          (row) => row,
        );
        const uses = await kit.db.transact(allUses);
        return { ...page, items: await presentMedia(kit, book, actor, page.items, uses) };
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'replies.edit',
        summary:
          'Put a picture, a voice, a film or a PDF into the library; the bytes say what it is',
        query: z.object({
          name: z.string().min(1).max(200),
          appId: z.string().max(64).optional(),
          kind: z.literal('thumb').optional().describe('A small picture beside a music answer'),
        }),
        rawBody: { contentType: 'application/octet-stream', maxBytes: mostBytes },
        response: MediaView,
        status: 201,
      },
      async ({ actor, query, ctx }) => {
        const scope = scopeOf(actor, query.appId ?? null);
        const bytes = await readBody(ctx, mostBytes, 120_000);
        const { name, kind: wanted } = query;
        const { id } = await takeUpload(kit, actor, { bytes, name, scope, wanted });
        return shown(actor, id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${path}/articles`,
        permission: 'replies.edit',
        summary: 'Make an article card',
        body: cardBody.extend({ appId: appId.default(null) }),
        response: MediaView,
        status: 201,
      },
      async ({ actor, body: { appId: wanted, ...card } }) => {
        const scope = scopeOf(actor, wanted);
        await checkPicture(actor, card);
        const id = kit.newId();
        await kit.db.transact(async (tx) => {
          await insertRows(tx, 'media_item', [
            {
              ...{ id, scope, kind: 'article', name: card.title, sha256: id, mime: null },
              ...{ byteCount: 0, width: null, height: null, seconds: null },
              ...{ card: JSON.stringify(card), state: 'ready' },
              ...{ createdAt: kit.clock.business(), createdBy: actor.name },
            },
          ]);
          await kit.versions.bump(tx, 'media');
          await audit(tx, actor, 'added', id, { after: card });
        });
        await kit.versions.check(true);
        return shown(actor, id);
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${path}/pictures/{name}`,
        permission: 'public',
        summary: 'A picture of an article card, for WeChat to fetch',
        params: z.object({ name: z.string().regex(/^[0-9a-f]{64}\.(png|jpg|gif)$/) }),
        raw: true,
      },
      async ({ params: { name }, ctx }) => {
        const [item] = await kit.db.read.all<MediaRow>(
          `SELECT * FROM media_item WHERE sha256 = ? AND kind = 'image' AND state = 'ready' LIMIT 1`,
          [name.slice(0, 64)],
        );
        if (!item) throw new NotFound();
        await serveMedia(kit, ctx, item, 'public');
      },
    ),
    operation(
      {
        method: 'GET',
        path: one,
        permission: 'replies.read',
        summary: 'One piece of the library',
        params,
        response: MediaView,
      },
      async ({ actor, params: { id } }) => shown(actor, id),
    ),
    operation(
      {
        method: 'GET',
        path: `${one}/preview`,
        permission: 'replies.read',
        summary: 'Its bytes',
        params,
        raw: true,
      },
      async ({ actor, params: { id }, ctx }) =>
        serveMedia(kit, ctx, await find(actor, id), 'private'),
    ),
    operation(
      {
        method: 'PUT',
        path: one,
        permission: 'replies.edit',
        summary: 'Name it differently, or change what an article card says',
        params,
        body: z.strictObject({ name: mediaName.optional(), card: cardBody.optional() }),
        response: MediaView,
      },
      async ({ actor, params: { id }, body }) => {
        const row = await find(actor, id);
        requireChange(actor, row);
        const before = cardOf(row);
        const card = before && body.card ? body.card : before;
        if (card) await checkPicture(actor, card);
        const name = card ? card.title : (body.name ?? row.name);
        await kit.db.transact(async (tx) => {
          await execute(tx, `UPDATE media_item SET name = ?, card = ? WHERE id = ?`, [
            ...[name, card === null ? null : JSON.stringify(card), id],
          ]);
          await kit.versions.bump(tx, 'media');
          const was = { name: row.name, card: before };
          await audit(tx, actor, 'changed', id, { before: was, after: { name, card } });
        });
        await kit.versions.check(true);
        return shown(actor, id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/renew`,
        permission: 'replies.edit',
        summary: 'Give it to WeChat again for every account whose copy is in trouble',
        params,
        response: MediaView,
      },
      async ({ actor, params: { id } }) => {
        await find(actor, id);
        const due = library.due().filter((pair) => pair.itemId === id);
        await kit.db.transact(async (tx) => {
          await enqueueUploads(kit, tx, due);
          await audit(tx, actor, 'renewed', id, {});
        });
        kit.work.ring();
        return shown(actor, id);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: one,
        permission: 'replies.edit',
        summary: 'Take it out of the library; `breaks` says how many uses one knows of',
        params,
        query: z.object({ breaks: z.coerce.number().int().min(0).max(1_000_000).default(0) }),
      },
      async ({ actor, params: { id }, query }) => {
        const row = await find(actor, id);
        requireChange(actor, row);
        await kit.versions.check(true);
        await kit.db.transact(async (tx) => {
          const uses = (await allUses(tx))(id);
          const needed = uses.filter(({ isNeeded }) => isNeeded === true).length;
          if (needed > 0) throw new Conflict('media_needed', { n: needed });
          const n = uses.length;
          if (n > query.breaks) throw new Conflict('media_in_use', { n });
          await execute(tx, `DELETE FROM media_piece WHERE itemId = ?`, [id]);
          await execute(tx, `DELETE FROM media_copy WHERE itemId = ?`, [id]);
          await execute(tx, `DELETE FROM media_item WHERE id = ?`, [id]);
          await kit.versions.bump(tx, 'media');
          await audit(tx, actor, 'removed', id, { before: { name: row.name, uses: n } });
        });
        await kit.versions.check(true);
      },
    ),
  ];
}
