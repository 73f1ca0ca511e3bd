import { z } from 'zod';
import type { AccountBook } from '../accounts';
import type { OfficialAccountClient } from '../channels/official-account';
import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { insertOnce, marksFor } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';

const SceneView = z.object({
  id: z.string(),
  accountId: z.string(),
  scene: z.string(),
  name: z.string(),
  qrUrl: z.string().nullable(),
  /** People it brought, each once however often they came back. */
  followed: z.number(),
  /** Of these, who follows now. */
  following: z.number(),
  /** Follows it brought, returns included. */
  follows: z.number(),
});

type Row = {
  id: string;
  accountId: string;
  scene: string;
  name: string;
  url: string | null;
  followed: number;
  following: number;
  follows: number;
};

export type NewScene = { accountId: string; scene: string; name: string };

/** Asks WeChat for a permanent QR code and keeps it; a scene that exists already is a conflict. */
export async function addScene(
  kit: Pick<Kit, 'db' | 'newId' | 'clock' | 'versions'>,
  book: AccountBook,
  officialAccounts: OfficialAccountClient,
  wanted: NewScene,
): Promise<{ id: string; url: string }> {
  const channel = book.channelOrThrow(wanted.accountId);
  const code = await officialAccounts.createQrCode(channel, { scene: wanted.scene });
  const id = kit.newId();
  const row = {
    id,
    ...wanted,
    ticket: code.ticket,
    url: code.pictureUrl,
    createdAt: kit.clock.business(),
  };
  const isNew = await kit.db.transact(async (tx) => {
    // Answers name the scene somebody came by.
    await kit.versions.bump(tx, 'replies');
    return insertOnce(tx, 'scene', row, ['accountId', 'scene']);
  });
  if (!isNew) throw new Conflict('scene_exists');
  return { id, url: code.pictureUrl };
}

export function sceneOperations(
  kit: Kit,
  book: AccountBook,
  officialAccounts: OfficialAccountClient,
): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/scenes',
        permission: 'people.read',
        summary: 'QR codes, and how many people and follows each brought',
        query: pageQuery.extend({ accountId: z.string().max(26).optional() }),
        response: pageOf(SceneView),
      },
      async ({ actor, query }) => {
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const ids = scopeOf(actor, query.accountId);
        if (ids?.length === 0) return { items: [], nextCursor: null };
        const ofAccounts = ids ? `AND s.accountId IN (${marksFor(ids)})` : '';
        const rows = await kit.db.longRead<Row>(
          `SELECT s.id, s.accountId, s.scene, s.name, s.url,
             COUNT(DISTINCT e.identityId) AS followed, COUNT(e.id) AS follows,
             COUNT(DISTINCT CASE WHEN i.state = 'following' THEN i.id END) AS following
           FROM (SELECT s.id, s.accountId, s.scene, s.name, s.url FROM scene s
             WHERE s.id > ? ${ofAccounts} ORDER BY s.id LIMIT ${query.limit + 1}) s
           LEFT JOIN episode e ON e.accountId = s.accountId AND e.kind = 'followed' AND e.scene = s.scene
           LEFT JOIN identity i ON i.id = e.identityId
           GROUP BY s.id, s.accountId, s.scene, s.name, s.url ORDER BY s.id`,
          [after, ...(ids ?? [])],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          ({ url, ...row }) => ({ ...row, qrUrl: url }),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/scenes',
        permission: 'accounts.edit',
        summary: 'Make a permanent QR code',
        body: z.strictObject({
          accountId: z.string().max(26),
          scene: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
          name: z.string().trim().min(1).max(64),
        }),
        response: SceneView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAccount(actor, body.accountId);
        const { id, url } = await addScene(kit, book, officialAccounts, body);
        await kit.db.transact((tx) =>
          recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: 'scene.created',
            targetKind: 'scene',
            targetId: id,
            after: body,
          }),
        );
        return { id, ...body, qrUrl: url, followed: 0, following: 0, follows: 0 };
      },
    ),
  ];
}

/** Undefined: all accounts. An account the actor may not see has no scenes. */
function scopeOf(actor: Actor, wanted: string | undefined): readonly string[] | undefined {
  const { accountIds } = actor;
  if (wanted === undefined) return accountIds === 'all' ? undefined : accountIds;
  return accountIds === 'all' || accountIds.includes(wanted) ? [wanted] : [];
}
